import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import type { PodIdentityMetrics } from '@podpass/telemetry';
import { identityTypes } from '../../crds/index.ts';
import type { IdentityRecord } from '../objects.ts';
import { tenantsOf, tokenEndpoint } from './authority.ts';
import { createAssertion, readCertificate } from './certificate.ts';
import { readSecret, type SecretData } from './read-secret.ts';
import { readToken } from './read-token.ts';
import { AcquireError, refreshFailed, type Acquire, type NmiToken, type NmiTokens } from './types.ts';

export interface PrincipalOptions {
  readonly wire: Pick<WireClient, 'request'>;
  readonly client: Pick<KubeClient, 'get'>;
  readonly clock: Clock;
  readonly metrics: PodIdentityMetrics;
  /** Host names of the authorities that secrets may be sent to. */
  readonly authorityHosts: readonly string[];
}

/** How a service principal proves itself at one token endpoint. */
type Proof = (endpoint: string) => Readonly<Record<string, string>>;

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Upstream takes any value of the Secret; here the key of its samples goes first, then the first by name. */
const secretProof = (data: SecretData): Proof => {
  const secret = data.get('clientSecret') ?? data.values().next().value;
  if (secret === undefined || secret.length === 0) throw new AcquireError('refused', 'the Kubernetes secret holds no value');
  return () => ({ client_secret: secret.toString('utf8') });
};

const certificateProof = async (data: SecretData, clientId: string, clock: Clock): Promise<Proof> => {
  const pair = await readCertificate(data);
  return (endpoint) => ({
    client_assertion_type: jwtBearer,
    client_assertion: createAssertion({ pair, clientId, audience: endpoint, clock }),
  });
};

/** Types 1 and 2: a service principal, at the v1 endpoint of each of its tenants. Nothing is kept: every request asks anew. */
export const servicePrincipal = ({ wire, client, clock, metrics, authorityHosts }: PrincipalOptions): Acquire => {
  const labels = { operation_type: 'adal_token' };

  const ask = async (endpoint: string, form: Readonly<Record<string, string>>): Promise<NmiToken> => {
    const began = performance.now();
    try {
      const { status, body } = await wire.request({
        method: 'POST',
        url: `${endpoint}?api-version=1.0`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      });
      const answer = body.toString('utf8');
      if (status !== 200) throw refreshFailed(status, answer);
      const { token } = readToken(answer, form['resource'] ?? '');
      metrics.cloudProviderOperationsDuration.observe((performance.now() - began) / 1_000, labels);
      return token;
    } catch (thrown) {
      metrics.cloudProviderOperationErrors.increment(labels);
      throw thrown instanceof AcquireError ? thrown : new AcquireError('unavailable', 'the token service does not answer', thrown);
    }
  };

  return async (identity: IdentityRecord, { resource }): Promise<NmiTokens> => {
    const { clientId, tenantId, auxiliaryTenantIds, adEndpoint, type } = identity;
    if (clientId === '') throw new AcquireError('refused', 'the AzureIdentity has no clientID');
    const [first, ...others] = tenantsOf(tenantId, auxiliaryTenantIds).map((tenant) => tokenEndpoint(adEndpoint, tenant, authorityHosts));
    if (first === undefined) throw new AcquireError('refused', 'the AzureIdentity has no tenantID');
    const data = await readSecret(client, identity, metrics);
    const proof = type === identityTypes.servicePrincipal ? secretProof(data) : await certificateProof(data, clientId, clock);
    const tokenOf = (endpoint: string): Promise<NmiToken> =>
      ask(endpoint, { grant_type: 'client_credentials', client_id: clientId, resource, ...proof(endpoint) });
    const [token, ...more] = await Promise.all([tokenOf(first), ...others.map(tokenOf)]);
    return [token, ...more];
  };
};

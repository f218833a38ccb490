import type { Application, CredentialOwner } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { applicationKind } from '../../kinds/application.ts';
import { shownSecret, type MadeSecret } from '../../kinds/credentials.ts';
import { created, type GraphRequest } from '../../request.ts';
import { changesOf } from './changes.ts';
import { firstOwners } from './first-owners.ts';
import { mostCredentials } from './limits.ts';
import { applicationBody } from './reading/body.ts';
import { readBody } from '../../body.ts';
import { readKeyCredentials } from './reading/key-credentials.ts';
import { readNewSecret, type NewSecret } from './reading/password-credentials.ts';
import { demanded, listOf, type Place } from '../../values.ts';
import { demandQuota } from '../quota.ts';
import { tenantOf } from './target.ts';

const root: Place = { resource: 'Application', property: '' };
const at = (property: string): Place => ({ ...root, property });

/**
 * `POST /applications`: the application alone; its service principal is made by another request. Certificates and secrets may come with it; the texts of
 * the secrets are in this answer and nowhere else. https://learn.microsoft.com/graph/api/application-post-applications
 */
export const createApplication = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, clock } = request;
  demandQuota(request);
  const body = applicationBody(readBody(request.exchange), root);
  const displayName = demanded(body.displayName, at('displayName'));
  const now = clock.date();
  const { displayName: _, identifierUris, ...properties } = changesOf(body, { present: undefined, tenant: tenantOf(request) });
  const certificates = readKeyCredentials(body.keyCredentials ?? [], { place: at('keyCredentials'), present: [], now });
  const secrets = readNewSecrets(body.passwordCredentials ?? [], now);
  const owners = firstOwners(request, body['owners@odata.bind']);
  const { tenantId } = caller;
  const application = await directory.applications.createOnly({
    tenantId,
    displayName,
    identifierUris: identifierUris ?? [],
    properties,
    owners,
  });
  const owner: CredentialOwner = { tenantId, kind: 'application', id: application.id };
  const made = await addCredentials(request, owner, { certificates, secrets });
  const current = directory.applications.byId(tenantId, application.id) ?? application;
  return created(request, applicationKind, current, made.length === 0 ? {} : { passwordCredentials: made.map(shownSecret) });
};

const readNewSecrets = (value: unknown, now: Date): readonly NewSecret[] =>
  listOf((secret, place) => readNewSecret(secret, place, now), mostCredentials)(value, at('passwordCredentials'));

/** An application without the credentials that were asked for must not stay behind. */
const addCredentials = async (
  { directory }: GraphRequest,
  owner: CredentialOwner,
  { certificates, secrets }: { readonly certificates: Application['certificates']; readonly secrets: readonly NewSecret[] },
): Promise<readonly MadeSecret[]> => {
  try {
    if (certificates.length > 0) await directory.credentials.setCertificates(owner, certificates);
    const made: MadeSecret[] = [];
    for (const secret of secrets) made.push(await directory.credentials.addSecret(owner, secret));
    return made;
  } catch (thrown) {
    await directory.applications.delete(owner.tenantId, owner.id);
    throw thrown;
  }
};

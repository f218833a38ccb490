import { signJwt } from '@podpass/crypto';
import type { Answer } from '@podpass/http';
import { errors } from '../../errors.ts';
import { readMetadata } from '../../object/metadata.ts';
import { fields, items, number, strings, timestamp } from '../../object/read.ts';
import { tokenClaims, type TokenBinding } from '../../tokens/claims.ts';
import { tokens } from '../../wire.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import { existing, type ResourceCall } from '../call.ts';
import { writeOptions } from '../options.ts';
import { tokenBinding } from './token-binding.ts';

const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };

const invalid = (name: string, field: string, message: string) =>
  errors.invalid(kind, name, [{ reason: 'FieldValueInvalid', field, message }]);

const readExpiration = (value: unknown): number => {
  const seconds = value === undefined || value === null ? tokens.defaultExpiration : number(value);
  const field = 'spec.expirationSeconds';
  if (seconds === undefined || !Number.isSafeInteger(seconds)) throw errors.badRequest(`${field}: must be a whole number of seconds`);
  if (seconds < tokens.minExpiration)
    throw invalid('', field, `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`);
  if (seconds > tokens.maxExpiration)
    throw invalid('', field, `Invalid value: ${seconds}: may not specify a duration larger than 2^32 seconds`);
  return seconds;
};

const readAudiences = (value: unknown, issuer: string): readonly string[] => {
  const audiences = strings(value);
  if (audiences.length !== items(value).length) throw errors.badRequest('spec.audiences: must be a list of text');
  return audiences.length === 0 ? [issuer] : audiences;
};

/** Kubelets renew tokens; programs that read theirs once get a year for the API server itself, and a mark from when on that is noticed. */
const extended = (binding: TokenBinding, seconds: number, audiences: readonly string[], issuer: string): boolean =>
  binding.pod !== undefined && seconds === tokens.apiAccessExpiration && audiences.every((audience) => audience === issuer);

/**
 * POST of `serviceaccounts/NAME/token`: issues a bound service account token.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
export const requestToken = async (call: ResourceCall): Promise<Answer> => {
  const { name, namespace } = call.target;
  const { cluster } = call;
  const options = writeOptions(call, 'CreateOptions');
  const body = readBody(call, kind);
  const metadata = readMetadata(kind.kind, body['metadata']);
  if (metadata.name !== undefined && metadata.name !== name)
    throw invalid(
      metadata.name,
      'metadata.name',
      `Invalid value: ${JSON.stringify(metadata.name.slice(0, 64))}: must match the service account name`,
    );
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const account = existing(call);
  const spec = fields(body['spec']);
  const seconds = readExpiration(spec['expirationSeconds']);
  const { issuer } = cluster.spec;
  const audiences = readAudiences(spec['audiences'], issuer);
  const binding = tokenBinding(call, spec['boundObjectRef']);
  const longer = extended(binding, seconds, audiences, issuer);
  const now = cluster.clock.seconds();
  const claims = tokenClaims({
    issuer,
    namespace,
    serviceAccount: account,
    audiences,
    now,
    lifetime: longer ? tokens.extendedExpiration : seconds,
    warnAfter: longer ? tokens.apiAccessExpiration : undefined,
    binding,
  });
  const token = options.dryRun ? '' : await signJwt(cluster.keys.current(), { claims });
  const answer = {
    kind: kind.kind,
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(now * 1_000) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
    status: { token, expirationTimestamp: timestamp((now + seconds) * 1_000) },
  };
  return jsonAnswer(call, answer, 201);
};

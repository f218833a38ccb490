import type { MetadataAnswer } from '../types.ts';
import { newestVersions } from './wire.ts';

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): MetadataAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** The identity category's form. */
const identity = (status: number, error: string, description: string, headers?: Readonly<Record<string, string>>): MetadataAnswer =>
  json(status, { error, error_description: description }, headers);

/** Everything else's form. */
const plain = (status: number, error: string, more: object = {}): MetadataAnswer => json(status, { error, ...more });

/**
 * Every refusal of the metadata service. Texts marked (seen) stand in public documentation or captures; of the others
 * only the status is documented.
 */
export const refusal = {
  /** (seen) */
  noHeader: () => identity(400, 'invalid_request', 'Required metadata header not specified'),
  forwarded: () => identity(400, 'invalid_request', 'Requests with an X-Forwarded-For header are not served'),
  /** (seen) */
  noResource: () => identity(400, 'invalid_request', 'Required audience parameter not specified'),
  /** (seen) */
  identityVersion: () => identity(400, 'invalid_request', "Invalid 'api-version' requested"),
  severalSelectors: () =>
    identity(400, 'invalid_request', 'Only one of client_id, object_id, principal_id, msi_res_id and mi_res_id may be specified'),
  duplicate: (name: string) => identity(400, 'invalid_request', `Query parameter '${name}' must be specified only once`),
  tooLong: (name: string) => identity(400, 'invalid_request', `Query parameter '${name}' is too long`),
  /** (seen) */
  unknownIdentity: () => identity(400, 'invalid_request', 'Identity not found'),
  /** (seen) */
  severalIdentities: () =>
    identity(
      400,
      'invalid_request',
      'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
    ),
  unknownResource: () => identity(400, 'invalid_resource', 'The resource principal named in the request was not found in the tenant'),
  /** The error code is documented, its text is not. */
  unknownSource: () => identity(401, 'unknown_source', 'The request cannot be traced to a running pod'),
  /** (seen) */
  throttled: () => identity(429, 'invalid_request', 'Temporarily throttled, too many requests', { 'retry-after': '1' }),
  /** (seen) */
  tokenFailed: () => identity(500, 'unknown', 'Failed to retrieve token from the Active directory. For details see logs'),
  /** (seen) */
  noVersion: () =>
    plain(400, 'Bad request. api-version was not specified in the request. For more information refer to aka.ms/azureimds', {
      'newest-versions': newestVersions,
    }),
  /** (seen) */
  badVersion: () =>
    plain(400, 'Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds', {
      'newest-versions': newestVersions,
    }),
  badFormat: () => plain(400, 'Bad request. format must be json or text'),
  leafNeedsText: () => plain(400, 'Bad request. A leaf node is served only with format=text'),
  notFound: () => plain(404, 'Not found'),
  notServed: (category: string, reason: string) => plain(501, `Podpass does not serve /metadata/${category}: ${reason}`),
  method: (): MetadataAnswer => {
    const answer = plain(405, 'Method not allowed');
    return { ...answer, headers: { ...answer.headers, allow: 'GET' } };
  },
  internal: () => plain(500, 'Internal server error'),
} as const;

/** An answer in JSON. */
export const answerJson = (body: unknown): MetadataAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

export const answerText = (body: string): MetadataAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

import { isObject, newGuid, parseJson, type Json } from '@podpass/kernel';
import { fields, number, strings, text } from '../../object/read.ts';
import type { Fields } from '../../object/types.ts';
import type { AdmissionRequest } from '../types.ts';

const apiVersion = 'admission.k8s.io/v1';

/** What a webhook decided. */
export interface ReviewVerdict {
  readonly allowed: boolean;
  /** Status of a refusal. */
  readonly status: { readonly code: number; readonly reason: string; readonly message: string };
  readonly patch: Json;
  readonly warnings: readonly string[];
}

/** The AdmissionReview for a request, and its uid. Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request */
export const reviewRequest = (request: AdmissionRequest): { uid: string; body: string } => {
  const { row, user, subresource, name, namespace } = request;
  const uid = newGuid();
  const kind = request.kind ?? { group: row.group, version: row.version, kind: row.kind };
  const resource = { group: row.group, version: row.version, resource: row.resource };
  const { requested } = request;
  const requestKind = requested === undefined ? kind : { group: requested.group, version: requested.version, kind: requested.kind };
  const requestResource =
    requested === undefined ? resource : { group: requested.group, version: requested.version, resource: requested.resource };
  const sub = subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource };
  const review = {
    kind: 'AdmissionReview',
    apiVersion,
    request: {
      uid,
      kind,
      resource,
      requestKind,
      requestResource,
      ...sub,
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation: request.operation,
      userInfo: {
        username: user.username,
        ...(user.uid === undefined ? {} : { uid: user.uid }),
        groups: user.groups,
        ...(user.extra === undefined ? {} : { extra: user.extra }),
      },
      object: request.object ?? null,
      oldObject: request.oldObject ?? null,
      dryRun: request.dryRun,
      options: request.options,
    },
  };
  return { uid, body: JSON.stringify(review) };
};

const readPatch = (response: Fields, mutating: boolean): Json => {
  const { patch, patchType } = response;
  if (patch === undefined && patchType === undefined) return undefined;
  if (!mutating) throw new Error('webhook response has a patch, which validating webhooks may not return');
  if (typeof patch !== 'string' || patchType !== 'JSONPatch')
    throw new Error('webhook returned response.patch but not response.patchType "JSONPatch"');
  const operations = parseJson(Buffer.from(patch, 'base64').toString('utf8'));
  if (!Array.isArray(operations)) throw new Error('webhook returned a patch that is no JSON patch');
  return operations as Json;
};

/** Reads a webhook's answer. Throws Error when it is not a valid AdmissionReview for `uid`. */
export const readReview = (body: string, uid: string, mutating: boolean): ReviewVerdict => {
  const review = parseJson(body);
  if (!isObject(review)) throw new Error('the response is no JSON object');
  if (review['apiVersion'] !== apiVersion || review['kind'] !== 'AdmissionReview') {
    throw new Error(
      `expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${text(review['apiVersion'])}, Kind=${text(review['kind'])}`,
    );
  }
  const response = review['response'];
  if (!isObject(response)) throw new Error('webhook response was absent');
  if (response['uid'] !== uid)
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(text(response['uid']).slice(0, 64))}`);
  const status = fields(response['status']);
  return {
    allowed: response['allowed'] === true,
    status: { code: Math.max(number(status['code']) ?? 0, 400), reason: text(status['reason']), message: text(status['message']) },
    patch: readPatch(response, mutating),
    warnings: strings(response['warnings']),
  };
};

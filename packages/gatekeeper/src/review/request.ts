import { isObject, parseJson, type JsonObject } from '@podpass/kernel';

/** Thrown when a body is no review that could be answered; becomes an HTTP 400, which the API server counts as failure. */
export class NotAReview extends Error {}

/** The members of an AdmissionReview's request that decisions rest on. */
export interface ReviewRequest {
  readonly uid: string;
  readonly operation: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly groups: readonly string[];
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  /** All of it but the objects, as expressions see it. */
  readonly facts: JsonObject;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const objectOf = (value: unknown): JsonObject | undefined => (isObject(value) ? (value as JsonObject) : undefined);

/** Reads an AdmissionReview of version v1. Throws `NotAReview`. */
export const parseReview = (body: Buffer): ReviewRequest => {
  const review = parseJson(body.toString('utf8'));
  if (!isObject(review) || review['kind'] !== 'AdmissionReview' || review['apiVersion'] !== 'admission.k8s.io/v1')
    throw new NotAReview('the body is not an AdmissionReview of admission.k8s.io/v1');
  const request = objectOf(review['request']);
  if (request === undefined || text(request['uid']) === '') throw new NotAReview('the AdmissionReview has no request with a uid');
  const kind = objectOf(request['kind']);
  if (kind === undefined || text(kind['kind']) === '') throw new NotAReview('the admission request has no kind');
  const { object, oldObject, ...facts } = request;
  const user = objectOf(request['userInfo'])?.['groups'];
  return {
    uid: text(request['uid']),
    operation: text(request['operation']),
    group: text(kind['group']),
    kind: text(kind['kind']),
    namespace: text(request['namespace']),
    name: text(request['name']),
    groups: Array.isArray(user) ? user.filter((each): each is string => typeof each === 'string') : [],
    object: objectOf(object),
    oldObject: objectOf(oldObject),
    facts,
  };
};

/** What is answered: `code` and `message` of a refusal reach the user through the API server. */
export interface Verdict {
  readonly refusal: { readonly code: number; readonly reason: string; readonly message: string } | undefined;
  readonly warnings: readonly string[];
}

export const allowed: Verdict = { refusal: undefined, warnings: [] };

export const answerReview = (uid: string, { refusal, warnings }: Verdict): object => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: {
    uid,
    allowed: refusal === undefined,
    ...(refusal === undefined ? {} : { status: { metadata: {}, status: 'Failure', ...refusal } }),
    ...(warnings.length === 0 ? {} : { warnings }),
  },
});

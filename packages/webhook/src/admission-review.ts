import { isObject } from '@podpass/kernel';
import type { Denial } from './denial.ts';
import type { JsonPatchOperation } from './json-patch.ts';
import { reviewVersions } from './wire.ts';

/** The members of an AdmissionReview's request that the webhook uses. */
export interface ReviewRequest {
  readonly apiVersion: string;
  readonly uid: string;
  readonly namespace: string;
  readonly object: unknown;
}

/** Thrown when a body is no review that could be answered; becomes an HTTP 400, which the API server counts as failure. */
export class NotAReview extends Error {}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Reads an AdmissionReview. Throws `NotAReview`. */
export const parseReview = (body: Buffer): ReviewRequest => {
  let review: unknown;
  try {
    review = JSON.parse(body.toString('utf8'));
  } catch {
    throw new NotAReview('the body is not valid JSON');
  }
  if (!isObject(review) || review['kind'] !== 'AdmissionReview') throw new NotAReview('the body is not an AdmissionReview');
  const apiVersion = text(review['apiVersion']) ?? '';
  if (!reviewVersions.includes(apiVersion)) {
    throw new NotAReview(
      `the AdmissionReview has the unsupported apiVersion "${apiVersion.slice(0, 128)}"; expected ${reviewVersions.join(' or ')}`,
    );
  }
  const { request } = review;
  if (!isObject(request)) throw new NotAReview('the AdmissionReview has no request');
  const uid = text(request['uid']);
  if (uid === undefined || uid === '') throw new NotAReview('the admission request has no uid');
  return { apiVersion, uid, namespace: text(request['namespace']) ?? '', object: request['object'] };
};

const review = (request: ReviewRequest, response: object): object => ({
  kind: 'AdmissionReview',
  apiVersion: request.apiVersion,
  response: { uid: request.uid, ...response },
});

/** Lets the object in, with a patch unless it is empty. */
export const allow = (request: ReviewRequest, patch: readonly JsonPatchOperation[]): object =>
  review(request, {
    allowed: true,
    ...(patch.length === 0 ? {} : { patch: Buffer.from(JSON.stringify(patch)).toString('base64'), patchType: 'JSONPatch' }),
    status: { metadata: {}, code: 200 },
  });

/** Keeps the object out. */
export const deny = (request: ReviewRequest, { code, message }: Denial): object =>
  review(request, { allowed: false, status: { metadata: {}, message, code } });

import type { OperationHandler } from '../operations.ts';
import { nextLink, pageRequest } from '../request/query.ts';
import { item } from './bundle.ts';

/** GET /secrets: a page of secrets, without values and versions. */
export const getSecrets: OperationHandler = async ({ secrets }, call) => {
  const request = pageRequest(call.exchange);
  const page = await secrets.list(call.secret.uid, request);
  const next = nextLink(call.exchange, call.apiVersion, { next: page.next, limit: request.limit });
  return { status: 200, body: { value: page.items.map((head) => item(call, head)), nextLink: next } };
};

import type { OperationHandler } from '../operations.ts';
import { nextLink, pageRequest } from '../request/query.ts';
import { bundle } from './bundle.ts';

/** GET /secrets/{name}/versions: a page of versions without values. Empty for a secret that does not exist, as in Azure. */
export const getSecretVersions: OperationHandler = async ({ secrets }, call) => {
  const request = pageRequest(call.exchange);
  const head = await secrets.head(call.secret);
  if (head === undefined) return { status: 200, body: { value: [], nextLink: null } };
  const page = await secrets.listVersions(call.secret, request);
  const next = nextLink(call.exchange, call.apiVersion, { next: page.next, limit: request.limit });
  return { status: 200, body: { value: page.items.map((version) => bundle(call, { name: head.name, version })), nextLink: next } };
};

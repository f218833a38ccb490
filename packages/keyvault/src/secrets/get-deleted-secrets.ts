import type { OperationHandler } from '../operations.ts';
import { nextLink, pageRequest } from '../request/query.ts';
import { deletedItem } from './bundle.ts';

/** GET /deletedsecrets: a page of soft-deleted secrets. */
export const getDeletedSecrets: OperationHandler = async ({ secrets }, call) => {
  const request = pageRequest(call.exchange);
  const page = await secrets.listDeleted(call.secret.uid, request);
  const next = nextLink(call.exchange, call.apiVersion, { next: page.next, limit: request.limit });
  return { status: 200, body: { value: page.items.map((head) => deletedItem(call, head)), nextLink: next } };
};

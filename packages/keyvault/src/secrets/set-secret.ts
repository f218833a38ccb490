import type { OperationHandler } from '../operations.ts';
import { readNewSecret } from '../request/secret-body.ts';
import { bundle } from './bundle.ts';

/** PUT /secrets/{name}: adds a version and makes it the newest. Earlier versions stay readable. */
export const setSecret: OperationHandler = async ({ secrets }, call) => {
  const secret = readNewSecret(call.exchange.body);
  const head = await secrets.set(call.secret, secret);
  return { status: 200, body: bundle(call, { name: head.name, version: head.latest, value: secret.value }) };
};

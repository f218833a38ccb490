import { isObject, KernelError, newGuid, parseJson } from '@podpass/kernel';
import type { NodeMetadata } from '@podpass/pod-identity';

/** A token from a node's own metadata service, as a program on the machine would ask for it. Throws KernelError `unavailable`. */
export const machineToken = async (
  node: NodeMetadata | undefined,
  wanted: { readonly resource: string; readonly clientId: string | undefined },
): Promise<string> => {
  if (node === undefined) throw new KernelError('unavailable', 'There is no such node.');
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource: `${wanted.resource}/` });
  if (wanted.clientId !== undefined) query.set('client_id', wanted.clientId);
  const { status, body } = await node.machine({
    id: newGuid(),
    method: 'GET',
    path: '/metadata/identity/oauth2/token',
    query,
    headers: { metadata: 'true' },
    remoteAddress: '127.0.0.1',
    source: undefined,
  });
  const answer = parseJson(body);
  const token = isObject(answer) ? answer['access_token'] : undefined;
  if (status !== 200 || typeof token !== 'string') {
    const why =
      isObject(answer) && typeof answer['error_description'] === 'string' ? answer['error_description'] : `status ${String(status)}`;
    throw new KernelError('unavailable', `The node's metadata service gives no token: ${why}`);
  }
  return token;
};

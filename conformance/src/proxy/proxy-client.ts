import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ProxyAnswer {
  readonly status: number;
  /** Why the proxy refused, for scripts. */
  readonly reason: string | undefined;
  readonly body: string;
}

/** Sends bytes to the proxy and reads what it says until it hangs up or, after a tunnel was opened, its first line. */
export const tellProxy = async (proxy: string, bytes: string): Promise<ProxyAnswer> => {
  const { hostname, port } = new URL(proxy);
  const socket = connect({ host: hostname, port: Number(port), timeout: 15_000 });
  socket.on('timeout', () => socket.destroy(new Error('the proxy is silent')));
  socket.write(bytes);
  if (bytes.startsWith('CONNECT')) {
    const [first] = (await once(socket, 'data')) as [Buffer];
    if (first.toString('latin1').startsWith('HTTP/1.1 200')) {
      socket.destroy();
      return { status: 200, reason: undefined, body: '' };
    }
    socket.unshift(first);
  }
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), reason: /^x-podpass-refusal: (\S+)/im.exec(head)?.[1], body: body.trim() };
};

export const connectText = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
export const plainText = (url: string): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nMetadata: true\r\nConnection: close\r\n\r\n`;

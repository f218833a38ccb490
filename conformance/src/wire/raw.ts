import { connect, type TLSSocket } from 'node:tls';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; the last one wins. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a connection ended with when no answer came: the handshake was refused, or the server hung up. */
export type NoAnswer = 'handshake-refused' | 'hung-up' | 'silent';

export interface Edge {
  readonly port: number;
  readonly ca: string;
}

export interface RawTalk {
  /** Name of the TLS handshake; undefined sends none. */
  readonly serverName: string | undefined;
  readonly clientCertificate?: { readonly cert: string; readonly key: string } | undefined;
  /** What is sent: bytes (text as Latin-1, so that every octet can be written), or a function that writes them itself. */
  readonly send: string | Buffer | ((socket: TLSSocket) => void | Promise<void>);
  /** Ends the client's side after sending. */
  readonly end?: boolean;
  /** The answer to HEAD has no body whatever its headers say. */
  readonly head?: boolean;
  /** Milliseconds; default 15 000. */
  readonly timeout?: number;
}

const headEnd = Buffer.from('\r\n\r\n');

const headersOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));

const unchunk = (text: Buffer): Buffer | undefined => {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = Number.parseInt(text.subarray(at, end).toString('latin1'), 16);
    if (size === 0) return Buffer.concat(parts);
    if (Number.isNaN(size) || text.length < end + 2 + size + 2) return undefined;
    parts.push(text.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
};

/** The first final answer in the bytes; undefined while it is incomplete. */
const parseAnswer = (bytes: Buffer, { ended, head }: { ended: boolean; head: boolean }): RawAnswer | undefined => {
  const mark = bytes.indexOf(headEnd);
  if (mark < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, mark).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  const rest = bytes.subarray(mark + headEnd.length);
  if (status >= 100 && status < 200) return parseAnswer(rest, { ended, head });
  const headers = headersOf(lines);
  const whole = (body: Buffer): RawAnswer => ({ status, headers, body: body.toString('utf8') });
  if (head || status === 204 || status === 304) return whole(Buffer.alloc(0));
  if (headers['transfer-encoding']?.toLowerCase() === 'chunked') {
    const body = unchunk(rest);
    return body === undefined ? undefined : whole(body);
  }
  const length = headers['content-length'];
  if (length === undefined) return ended ? whole(rest) : undefined;
  return rest.length >= Number(length) ? whole(rest.subarray(0, Number(length))) : undefined;
};

/** Opens a TLS connection to the platform, sends exactly what it is told to, and takes the first answer. Never rejects. */
export const talk = (edge: Edge, { serverName, clientCertificate, send, ...how }: RawTalk): Promise<RawAnswer | NoAnswer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let secured = false;
    const socket = connect({
      host: '127.0.0.1',
      port: edge.port,
      ca: edge.ca,
      ...(serverName === undefined ? { checkServerIdentity: () => undefined } : { servername: serverName }),
      ...clientCertificate,
      // Without a name Node would send none and compare the certificate with the address.
      rejectUnauthorized: serverName !== undefined,
    });
    const finish = (result: RawAnswer | NoAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish('silent'), how.timeout ?? 15_000);
    const look = (ended: boolean) => {
      const answer = parseAnswer(Buffer.concat(chunks), { ended, head: how.head ?? false });
      if (answer !== undefined) finish(answer);
      else if (ended) finish(secured ? 'hung-up' : 'handshake-refused');
    };
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      look(false);
    });
    socket.on('error', () => look(true));
    socket.on('close', () => look(true));
    socket.on('end', () => look(true));
    socket.once('secureConnect', () => {
      secured = true;
      if (typeof send === 'function') Promise.resolve(send(socket)).catch(() => undefined);
      else socket.write(typeof send === 'string' ? Buffer.from(send, 'latin1') : send);
      if (how.end) socket.end();
    });
  });

export interface RequestText {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer | undefined;
}

/** The bytes of a well-formed request, whatever its parts hold. */
export const requestBytes = ({ method, path, host, headers = [], body }: RequestText): Buffer => {
  const content = body === undefined ? undefined : Buffer.from(body as string, typeof body === 'string' ? 'utf8' : undefined);
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(content === undefined || framed ? [] : [`Content-Length: ${content.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content ?? Buffer.alloc(0)]);
};

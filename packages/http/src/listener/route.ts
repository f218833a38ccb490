import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Fault, Surface } from '../types.ts';
import type { Limits } from '../wire.ts';
import { authorityParser, type Authority } from './authority.ts';
import { parseTarget, type Target } from './target.ts';

/** Where a request goes. `surface` may be known although the request is refused: then it words the refusal. */
export type Route =
  | { readonly kind: 'served'; readonly surface: Surface; readonly to: Authority & { readonly target: Target } }
  | { readonly kind: 'unknown'; readonly host: string }
  | { readonly kind: 'refused'; readonly surface: Surface | undefined; readonly fault: Fault };

/** Whether there is more than one Host header (RFC 9112, 3.2): Node shows the first and drops the others. */
const severalHosts = ({ rawHeaders }: IncomingMessage): boolean => {
  let found = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') found += 1;
  }
  return found > 1;
};

const serverName = ({ socket }: IncomingMessage): string | undefined =>
  socket instanceof TLSSocket && typeof socket.servername === 'string' && socket.servername !== ''
    ? socket.servername.toLowerCase()
    : undefined;

/** Finds the surface of a request by its Host header, which must agree with the TLS server name and with an absolute target. */
export const createRouter = (surfaces: readonly Surface[], limits: Limits) => {
  const parse = authorityParser();
  const surfaceOf = (host: string): Surface | undefined => surfaces.find((surface) => surface.serves(host));

  const route = (request: IncomingMessage): Route => {
    const name = serverName(request);
    const refused = (kind: Fault['kind'], message: string, status?: number): Route => ({
      kind: 'refused',
      surface: name === undefined ? undefined : surfaceOf(name),
      fault: { kind, message, ...(status === undefined ? {} : { status }) },
    });
    if (request.rawHeaders.length > limits.headerCount * 2) return refused('headers-too-large', 'The request has too many headers.');
    const target = parseTarget(request.url ?? '', request.method);
    if (target === undefined) return refused('bad-path', 'The request target is not a path.');
    const header = request.headers.host;
    const authority = header === undefined || severalHosts(request) ? undefined : parse(header);
    if (authority === undefined) return refused('malformed-request', 'The request needs one valid Host header.');
    if (target.authority !== undefined && parse(target.authority)?.host !== authority.host)
      return refused('malformed-request', 'The request target and the Host header name different hosts.');
    if (name !== undefined && name !== authority.host)
      return refused('malformed-request', 'The Host header is not the name that the TLS handshake asked for.', 421);
    const surface = surfaceOf(authority.host);
    if (surface === undefined) return { kind: 'unknown', host: authority.host };
    return { kind: 'served', surface, to: { ...authority, target } };
  };
  return { route, surfaceOf };
};

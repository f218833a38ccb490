import type { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { newGuid } from '@podpass/kernel';
import type { Exchange, Peer } from '../types.ts';
import type { Authority } from './authority.ts';
import type { Lifetime } from './lifetime.ts';
import type { Target } from './target.ts';

/**
 * Classes, because their getters stand on the prototype. A getter in an object literal gives every object a hidden class of its own, which
 * the engine keeps in its old generation together with all that the getter's closure holds: each request would live until the next
 * full collection.
 */
class SocketPeer implements Peer {
  readonly address: string;
  #certificate: X509Certificate | undefined;
  /** Until somebody asks for the certificate. */
  #unread: TLSSocket | undefined;

  constructor(socket: Socket) {
    this.address = socket.remoteAddress ?? '';
    this.#unread = socket instanceof TLSSocket ? socket : undefined;
  }

  get certificate(): X509Certificate | undefined {
    this.#certificate ??= this.#unread?.getPeerX509Certificate();
    this.#unread = undefined;
    return this.#certificate;
  }
}

const empty = Buffer.alloc(0);
const peers = new WeakMap<Socket, Peer>();

/** Who is at the other end; one object per connection, its certificate parsed only when somebody asks. */
const peerOf = (socket: Socket): Peer => {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const peer = new SocketPeer(socket);
  peers.set(socket, peer);
  return peer;
};

/** An exchange whose body is still to come. Query and signal cost nothing until they are used. */
export class Draft implements Exchange {
  readonly id = newGuid();
  readonly method: string;
  readonly host: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly peer: Peer;
  body: Buffer = empty;
  readonly #target: Target;
  readonly #lifetime: Lifetime;
  #query: URLSearchParams | undefined;

  constructor(request: IncomingMessage, to: Authority & { readonly target: Target }, lifetime: Lifetime) {
    this.method = request.method ?? 'GET';
    this.host = to.host;
    this.authority = to.authority;
    this.path = to.target.path;
    this.headers = request.headers;
    this.peer = peerOf(request.socket);
    this.#target = to.target;
    this.#lifetime = lifetime;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.#target.query));
  }

  get signal(): AbortSignal {
    return this.#lifetime.signal();
  }
}

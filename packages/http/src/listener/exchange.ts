import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { newGuid } from '@podpass/kernel';
import type { Exchange, Peer } from '../types.ts';
import type { Authority } from './authority.ts';
import type { Lifetime } from './lifetime.ts';
import type { Target } from './target.ts';

/** An exchange whose body is still to come. */
export interface Draft extends Omit<Exchange, 'body'> {
  body: Buffer;
}

const empty = Buffer.alloc(0);
const peers = new WeakMap<Socket, Peer>();

/** Who is at the other end; one object per connection, its certificate parsed only when somebody asks. */
const peerOf = (socket: Socket): Peer => {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  let certificate: X509Certificate | undefined;
  let asked = false;
  const peer: Peer = {
    address: socket.remoteAddress ?? '',
    get certificate() {
      if (!asked && socket instanceof TLSSocket) certificate = socket.getPeerX509Certificate();
      asked = true;
      return certificate;
    },
  };
  peers.set(socket, peer);
  return peer;
};

/** Builds the exchange of a request. Query and signal cost nothing until they are used. */
export const draftExchange = (request: IncomingMessage, to: Authority & { readonly target: Target }, lifetime: Lifetime): Draft => {
  let query: URLSearchParams | undefined;
  return {
    id: newGuid(),
    method: request.method ?? 'GET',
    host: to.host,
    authority: to.authority,
    path: to.target.path,
    get query() {
      return (query ??= new URLSearchParams(to.target.query));
    },
    headers: request.headers,
    body: empty,
    peer: peerOf(request.socket),
    get signal() {
      return lifetime.signal();
    },
  };
};

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '@podpass/kernel';
import type { Fault } from '../types.ts';
import { Draft } from './exchange.ts';
import { faultAnswer, internalFault, unknownHost } from './fault.ts';
import { clientGone, type Lifetime } from './lifetime.ts';
import { endWith } from './raw.ts';
import type { ServeOptions } from './serve.ts';

/** The lifetime of an upgraded connection is that of its socket. */
const socketLifetime = (socket: Duplex): Lifetime => {
  const controller = new AbortController();
  socket.once('close', () => controller.abort(new Error(clientGone)));
  return { streaming: true, place: -1, signal: () => controller.signal, abort: (reason) => controller.abort(reason) };
};

const unsupported: Fault = { kind: 'malformed-request', message: 'A protocol upgrade is not supported here.' };

/** Handles Node's `upgrade` event: the socket goes to the surface, or is answered with the surface's fault. */
export const createUpgrade = ({ surfaces, router, telemetry, open }: Pick<ServeOptions, 'surfaces' | 'router' | 'telemetry' | 'open'>) => {
  const { log } = telemetry;
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const route = router.route(request);
    if (route.kind === 'unknown') return endWith(socket, unknownHost(surfaces, route.host));
    if (route.kind === 'refused') return endWith(socket, faultAnswer(route.surface, route.fault, log));
    const { surface, to } = route;
    const lifetime = socketLifetime(socket);
    const exchange = new Draft(request, to, lifetime);
    if (surface.upgrade === undefined) return endWith(socket, faultAnswer(surface, { ...unsupported, exchange }, log));
    open.add(lifetime);
    socket.once('close', () => open.delete(lifetime));
    try {
      return surface.upgrade(exchange, socket, head);
    } catch (thrown) {
      log.error({ surface: surface.name, id: exchange.id, path: exchange.path, error: thrown }, messageOf(thrown));
      return endWith(socket, faultAnswer(surface, { ...internalFault, exchange }, log));
    }
  };
};

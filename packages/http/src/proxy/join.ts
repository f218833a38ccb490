import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/** Joins two connections byte by byte. Each direction ends by itself; an error or a long silence ends both. */
export const joinSockets = (client: Duplex, remote: Socket, idleTimeout: number): void => {
  const destroy = () => {
    client.destroy();
    remote.destroy();
  };
  remote.setTimeout(idleTimeout, destroy);
  for (const socket of [client, remote]) {
    socket.on('error', destroy);
    // A connection that ended in both directions is done; what it sent may still be on its way to the other.
    socket.once('close', () => {
      if (!socket.readableEnded || !socket.writableFinished) destroy();
    });
  }
  client.pipe(remote);
  remote.pipe(client);
};

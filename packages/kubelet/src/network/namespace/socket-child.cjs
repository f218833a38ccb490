/**
 * Runs inside a node's network namespace: opens the sockets that it is asked for, hands them over and ends. A socket stays in the namespace
 * in which it was made, whoever holds it. CommonJS, because that starts in half the time.
 */
'use strict';
const { createServer } = require('node:net');
const { createSocket } = require('node:dgram');

const fail = (index, thrown) =>
  process.send({ index, error: thrown instanceof Error ? thrown.message : String(thrown) }, () => process.exit(1));

const open = ({ kind, address, port }, index) => {
  if (kind === 'udp') {
    const socket = createSocket('udp4');
    socket.once('error', (thrown) => fail(index, thrown));
    socket.bind({ address, port, exclusive: true }, () => process.send({ index }, socket));
    return;
  }
  const server = createServer();
  server.once('error', (thrown) => fail(index, thrown));
  server.listen({ host: address, port, exclusive: true }, () => process.send({ index }, server));
};

process.once('message', (wanted) => wanted.forEach(open));
process.once('disconnect', () => process.exit(0));
process.send({ ready: true });

import type { Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { Logger } from '@podpass/telemetry';
import { messageOf } from '@podpass/kernel';
import { clusterDomain } from '../wire.ts';
import { codes, parseQuery, types, writeAnswer, writeRefusal } from './message.ts';

export interface NamesOptions {
  /** Address of the service `kubernetes`. */
  readonly api: string;
  /** Other names: lower case, without the final dot. */
  resolve(name: string): string | undefined;
}

/** Seconds; short, because services come and go and nobody is far away. */
const ttl = 5;

/** Looks up a name of the cluster or the platform. Search suffixes are the resolver's work: only full names are known here. */
export const createNames =
  ({ api, resolve }: NamesOptions) =>
  (name: string): string | undefined => {
    if (name === `kubernetes.default.svc.${clusterDomain}`) return api;
    if (name === 'localhost') return '127.0.0.1';
    const address = resolve(name);
    return address !== undefined && isIPv4(address) ? address : undefined;
  };

/**
 * Answers one packet: addresses for A; nothing, without error, for other types of a name that exists (there is no IPv6); NXDOMAIN for
 * names that do not. Undefined for what deserves no answer. Never throws as long as `lookUp` does not.
 */
export const answerQuery = (packet: Buffer, lookUp: (name: string) => string | undefined): Buffer | undefined => {
  const parsed = parseQuery(packet);
  if (parsed.kind === 'ignore') return undefined;
  if (parsed.kind === 'refuse') return writeRefusal(parsed);
  const { question } = parsed;
  if (!question.internet) return writeAnswer(question, { code: codes.refused, ttl });
  const address = question.name === undefined ? undefined : lookUp(question.name);
  if (address === undefined) return writeAnswer(question, { code: codes.noName, ttl });
  return writeAnswer(question, question.type === types.a ? { code: codes.ok, address, ttl } : { code: codes.ok, ttl });
};

/** Answers what comes in on a socket until that is closed. A look-up that fails costs its own question only. */
export const serveNames = (socket: Socket, lookUp: (name: string) => string | undefined, log: Logger): void => {
  socket.on('message', (packet, from) => {
    try {
      const answer = answerQuery(packet, lookUp);
      if (answer !== undefined) socket.send(answer, from.port, from.address, () => undefined);
    } catch (thrown) {
      log.warn({ error: messageOf(thrown) }, 'A name could not be looked up.');
    }
  });
};

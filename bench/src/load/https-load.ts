import { connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { quantile } from '../row.ts';

/** Where the load goes, and what it is made of. Everything is prepared before the first byte is sent. */
export interface HttpsLoad {
  readonly port: number;
  /** Server name of the handshake. */
  readonly host: string;
  /** Address to connect to without TLS; absent: loopback, with TLS. */
  readonly plainAddress?: string;
  /** Whole requests, headers and body; sent in turn over all connections. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
  /**
   * Requests per second at fixed moments, whether or not answers come; latency then counts from the moment when a request was due, so
   * that a server that stalls cannot hide it. Absent: each connection sends again as soon as it was answered.
   */
  readonly rate?: number;
  /** Seconds at the beginning, within `seconds`, whose answers are checked like all others but do not count; none when absent. */
  readonly warmUp?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly answered: number;
  /** Answers with another status than 200. */
  readonly refused: number;
  /** The first of these, for whoever must find out why. */
  readonly refusal?: string;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Bytes that one answer may take; a longer one ends the run. */
const answerLimit = 64 * 1024;
/** Milliseconds within which the last answers must come once the time is over. */
const drainLimit = 10_000;
const headEnd = Buffer.from('\r\n\r\n');
const ok = Buffer.from('HTTP/1.1 200 ');
const closingBrace = 0x7d;

/** Length of the whole answer at the start of `octets`, or undefined while its headers or its body are not complete. */
const wholeLength = (octets: Buffer): number | undefined => {
  const end = octets.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = octets.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head.slice(0, 100)}`);
  const whole = end + headEnd.length + Number(length);
  return octets.length >= whole ? whole : undefined;
};

interface Connection {
  readonly socket: Socket;
  /** When the request under way was due; undefined while the connection is idle. */
  due: number | undefined;
  /** The part of an answer that has come so far; undefined at its beginning. */
  partial: Buffer | undefined;
}

/**
 * Loads an HTTPS server (or one without TLS) over keep-alive connections with as little work of its own as possible, because it shares the
 * machine with the server: sockets without an HTTP client, requests built beforehand, answers looked at only as far as
 * status, announced length and the last byte of their JSON. Every answer is checked. Rejects when a connection breaks, an
 * answer is no JSON object of its announced length, or more comes than was asked for.
 */
export const loadHttps = async (load: HttpsLoad): Promise<LoadResult> => {
  const { requests, seconds, rate, warmUp = 0 } = load;
  const latencies: number[] = [];
  let refused = 0;
  let refusal: string | undefined;
  let next = 0;
  let counted = Number.POSITIVE_INFINITY;
  let fail: (reason: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  let onAnswer: (connection: Connection) => void = () => undefined;

  const send = (connection: Connection, due: number) => {
    connection.due = due;
    const request = requests[next++ % requests.length];
    if (request) connection.socket.write(request);
  };
  const take = (connection: Connection, octets: Buffer) => {
    const whole = wholeLength(octets);
    if (whole === undefined) {
      if (octets.length > answerLimit) throw new Error('an answer is too long');
      // The socket's buffer is used again for what comes next.
      connection.partial = Buffer.from(octets);
      return;
    }
    connection.partial = undefined;
    const { due } = connection;
    if (due === undefined || whole !== octets.length) throw new Error('more was answered than was asked for');
    if (octets[whole - 1] !== closingBrace) throw new Error('an answer is not whole');
    if (ok.compare(octets, 0, ok.length) !== 0) {
      refused += 1;
      refusal ??= octets.toString();
    }
    if (due >= counted) latencies.push(performance.now() - due);
    connection.due = undefined;
    onAnswer(connection);
  };

  const connections = await Promise.all(Array.from({ length: load.connections }, () => open(load, take, fail)));
  const started = performance.now();
  counted = started + warmUp * 1000;
  const end = started + seconds * 1000;
  const underWay = () => connections.some(({ due }) => due !== undefined);
  const finished = new Promise<void>((resolve, reject) => {
    const pace = rate === undefined ? closedLoop : openLoop;
    onAnswer = pace({ connections, send, started, end, rate: rate ?? 0, done: resolve, underWay });
    setTimeout(() => reject(new Error('answers are missing')), end - started + drainLimit).unref();
  });
  await Promise.race([finished, failed]);
  const elapsed = performance.now() - counted;
  for (const { socket } of connections) socket.destroy();
  return {
    perSecond: (latencies.length * 1000) / elapsed,
    answered: latencies.length,
    refused,
    ...(refusal === undefined ? {} : { refusal }),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
};

interface Pace {
  readonly connections: readonly Connection[];
  readonly send: (connection: Connection, due: number) => void;
  readonly started: number;
  readonly end: number;
  readonly rate: number;
  readonly done: () => void;
  readonly underWay: () => boolean;
}

const closedLoop = ({ connections, send, started, end, done, underWay }: Pace) => {
  for (const connection of connections) send(connection, started);
  return (connection: Connection) => {
    const now = performance.now();
    if (now < end) send(connection, now);
    else if (!underWay()) done();
  };
};

const openLoop = ({ connections, send, started, end, rate, done, underWay }: Pace) => {
  const interval = 1000 / rate;
  const idle = [...connections];
  let due = started;
  /** Sends what is due; what finds no idle connection waits, and its latency grows. */
  const sendDue = () => {
    const now = performance.now();
    while (due <= now && due < end) {
      const connection = idle.pop();
      if (!connection) return;
      send(connection, due);
      due += interval;
    }
    if (due >= end && !underWay()) {
      clearInterval(timer);
      done();
    }
  };
  // At low rates this process must not wake a thousand times a second: that would be load of its own.
  const timer = setInterval(sendDue, Math.min(20, Math.max(1, interval / 4)));
  return (connection: Connection) => {
    idle.push(connection);
    sendDue();
  };
};

const open = (
  { port, host, plainAddress }: HttpsLoad,
  take: (connection: Connection, octets: Buffer) => void,
  fail: (reason: Error) => void,
): Promise<Connection> =>
  new Promise((resolve, reject) => {
    const received = (bytes: number, buffer: Uint8Array): boolean => {
      const octets = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
      try {
        take(connection, connection.partial ? Buffer.concat([connection.partial, octets]) : octets);
      } catch (thrown) {
        fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
      return true;
    };
    // Without a stream in between: one buffer for each connection, one call for each record.
    const onread: OnReadOpts = { buffer: Buffer.allocUnsafe(answerLimit), callback: received };
    const secured: ConnectionOptions & { readonly onread: OnReadOpts } = {
      port,
      host: '127.0.0.1',
      servername: host,
      // The figure is about speed; who the server is has been checked by those who fetched the assertion from it.
      rejectUnauthorized: false,
      onread,
    };
    const socket: Socket = plainAddress === undefined ? connect(secured) : connectPlain({ port, host: plainAddress, onread });
    const connection: Connection = { socket, due: undefined, partial: undefined };
    socket.setNoDelay(true);
    socket.once(plainAddress === undefined ? 'secureConnect' : 'connect', () => resolve(connection));
    socket.on('error', (error) => {
      reject(error);
      fail(error);
    });
    socket.on('close', () => fail(new Error('a connection was closed')));
  });

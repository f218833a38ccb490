import type { IncomingMessage } from 'node:http';
import { isKernelError, isObject, parseJson } from '@podpass/kernel';

/** A request that the control interface does not take: becomes an answer with this status and message. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal';
  readonly status: number;

  /** Bad input (400) unless another status is given. */
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/**
 * Refuses requests whose Host is not this machine's own loopback name with the listener's port: a web page whose name was
 * rebound to 127.0.0.1 still sends its own name. Throws ControlRefusal 403.
 */
export const checkHost = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): void => {
  const host = headers.host?.toLowerCase();
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${socket.localPort}`);
  if (host === undefined || !own.includes(host)) throw new ControlRefusal('The Host header does not name the control interface.', 403);
};

/** Takes the request target apart. Throws ControlRefusal 400 for anything but the origin form, and for a path that could be read as a host. */
export const readTarget = (target: string): { path: string; query: URLSearchParams } => {
  if (!/^\/(?!\/)/.test(target)) throw new ControlRefusal('The request target is not a path.');
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
};

/** Largest body in bytes. */
export const bodyLimit = 64 * 1024;

/** The body's JSON value; undefined when it is empty. Throws ControlRefusal 413 or 400. */
export const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // The request outlives the loop: destroying it would take the connection away from the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > bodyLimit) throw new ControlRefusal(`The body is larger than ${bodyLimit} bytes.`, 413);
    chunks.push(bytes);
  }
  if (size === 0) return undefined;
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  if (value === undefined) throw new ControlRefusal('The body is not JSON.');
  return value;
};

/**
 * The members of a body that must be an object; an absent body is an empty one. Throws ControlRefusal 400 for anything else, and for a member that
 * is not named: a misspelt option must not be taken for one that was left out.
 */
export const readFields = <const Name extends string>(body: unknown, names: readonly Name[]): Readonly<Partial<Record<Name, unknown>>> => {
  const fields = body === undefined ? {} : body;
  if (!isObject(fields)) throw new ControlRefusal(`Give an object with ${names.join(', ')}.`);
  const other = Object.keys(fields).find((key) => !names.some((name) => name === key));
  if (other !== undefined) throw new ControlRefusal(`There is no "${other.slice(0, 60)}" here: give ${names.join(', ')}.`);
  return fields as Readonly<Partial<Record<Name, unknown>>>;
};

const statuses = { invalid: 400, conflict: 409, 'not-found': 404 } as const;

/** Settles as the work does; what the platform refuses (KernelError `invalid`, `conflict`, `not-found`) becomes a ControlRefusal. */
export const refusing = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (thrown) {
    for (const code of ['invalid', 'conflict', 'not-found'] as const)
      if (isKernelError(thrown, code)) throw new ControlRefusal(thrown.message, statuses[code]);
    throw thrown;
  }
};

import { request } from 'node:http';
import { isObject, parseJson, systemCode } from '@podpass/kernel';
import { CliFailure } from '../failure.ts';

export interface ControlCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds; 30 s unless told. */
  readonly timeout?: number;
}

/** Nothing answered at the control address. */
export class ControlUnreachable extends CliFailure {
  /** Nobody listens there, as opposed to somebody who is silent. */
  readonly refused: boolean;

  constructor(cause: unknown) {
    super('unreachable', 'The platform does not answer.', {
      why: systemCode(cause) ?? 'no answer in time',
      next: 'See `podpass logs`; stop it with `podpass down` and start it again.',
      cause,
    });
    this.refused = systemCode(cause) === 'ECONNREFUSED';
  }
}

/** The largest answer that is read. */
const maxBytes = 8 * 1024 * 1024;

/** Calls the control interface and gives its JSON answer. Throws CliFailure for any answer but a 2xx. */
export const callControl = async (at: { readonly control: string; readonly controlToken: string }, call: ControlCall): Promise<unknown> => {
  const { status, text } = await exchange(at, call);
  const value = parseJson(text);
  if (status >= 200 && status < 300) return value;
  const said = isObject(value) && typeof value['error'] === 'string' ? value['error'] : `HTTP status ${status}`;
  throw new CliFailure('refused', `The platform refused ${call.method} ${call.path.split('?')[0]}.`, {
    why: said,
    next: nextOf(status),
  });
};

const nextOf = (status: number): string => {
  if (status === 401) return 'Another server took the address over: run `podpass status` again.';
  return [400, 404, 409, 413].includes(status) ? 'Correct the command and run it again; nothing was changed.' : 'See `podpass logs`.';
};

const exchange = (at: { readonly control: string; readonly controlToken: string }, call: ControlCall) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const fail = (cause: unknown) => reject(new ControlUnreachable(cause));
    const outgoing = request(
      new URL(call.path, at.control),
      {
        method: call.method,
        // A fresh connection each time: the agent's idle sockets would keep this short-lived process waiting.
        agent: false,
        timeout: call.timeout ?? 30_000,
        headers: {
          authorization: `Bearer ${at.controlToken}`,
          ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) outgoing.destroy(new Error('The answer is too large.'));
          else chunks.push(chunk);
        });
        answer.on('error', fail);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('No answer in time.')));
    outgoing.on('error', fail);
    outgoing.end(body);
  });

import { faultStatus, type Answer, type AnswerStream, type Exchange, type Surface } from '@podpass/http';
import { verifyClientCertificate } from '@podpass/crypto';
import type { Clock } from '@podpass/kernel';
import type { PodManager } from '../pod/manager.ts';
import { logLimits, logReaders, paths } from '../wire.ts';
import type { LogFile } from './file.ts';
import type { LogLine } from './line.ts';
import { readLog, readLogNow, renderLine, type LogQuery } from './read.ts';

const plain = { 'Content-Type': 'text/plain; charset=utf-8' };
const refuse = (status: number, text: string): Answer => ({ status, headers: plain, body: `${text}\n` });

/** The query's numbers; undefined for what is no whole number, as an answer of 400. */
const readQuery = (query: URLSearchParams, now: number): (LogQuery & { follow: boolean; previous: boolean }) | undefined => {
  const numbers = new Map<string, number>();
  for (const name of ['tailLines', 'sinceSeconds', 'limitBytes']) {
    const text = query.get(name);
    if (text === null) continue;
    if (!/^\d{1,15}$/u.test(text)) return undefined;
    numbers.set(name, Number(text));
  }
  const sinceTime = query.get('sinceTime');
  const seconds = numbers.get('sinceSeconds');
  const since = seconds === undefined ? (sinceTime === null ? undefined : Date.parse(sinceTime)) : now - seconds * 1000;
  if (Number.isNaN(since)) return undefined;
  const tailLines = numbers.get('tailLines');
  const limitBytes = numbers.get('limitBytes');
  return {
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
    timestamps: query.get('timestamps') === 'true',
    follow: query.get('follow') === 'true',
    previous: query.get('previous') === 'true',
  };
};

/** What there is, then what comes, until the container ends or the reader leaves. */
const follow = async (out: AnswerStream, { file, live, query }: { file: string; live: LogFile; query: LogQuery }): Promise<void> => {
  const queue: LogLine[] = [];
  let wake: () => void = () => undefined;
  let over = false;
  const end = () => {
    over = true;
    wake();
  };
  const present = readLogNow(file, query);
  const stop = live.subscribe((line) => {
    if (queue.length >= logLimits.backlog) end();
    else queue.push(line);
    wake();
  });
  live.closed.then(end).catch(end);
  out.signal.addEventListener('abort', end, { once: true });
  try {
    await out.write(present);
    for (;;) {
      for (let line = queue.shift(); line !== undefined; line = queue.shift()) await out.write(renderLine(line, query.timestamps === true));
      if (over) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (over || queue.length > 0) resolve();
      });
    }
  } finally {
    stop();
  }
};

export interface LogSurfaceOptions {
  readonly pods: Pick<PodManager, 'find'>;
  readonly clusterCa: string;
  readonly clock: Clock;
  /** Certificates are issued by the machine's time: a platform whose clock was shifted must still show its logs. */
  readonly certificateClock: Clock;
}

/** The kubelet's own HTTPS surface: container logs, for the API server and the cluster's administrators only. */
export const createLogSurface = ({ pods, clusterCa, clock, certificateClock }: LogSurfaceOptions): Surface => {
  const mayRead = (exchange: Exchange): boolean => {
    const { certificate } = exchange.peer;
    const identity = certificate && verifyClientCertificate(certificate, clusterCa, certificateClock);
    return identity !== undefined && (identity.commonName === logReaders.user || identity.organizations.includes(logReaders.group));
  };

  const handle = async (exchange: Exchange): Promise<Answer> => {
    if (!mayRead(exchange)) return refuse(401, 'Unauthorized');
    const [, ...parts] = paths.logs.exec(exchange.path) ?? [];
    const [namespace, name, container] = parts.map((part) => decodeURIComponent(part));
    if (namespace === undefined || name === undefined || container === undefined) return refuse(404, 'the requested path was not found');
    if (exchange.method !== 'GET') return refuse(405, 'Method Not Allowed');
    const query = readQuery(exchange.query, clock.now());
    if (query === undefined) return refuse(400, 'invalid log options');
    const worker = pods.find(namespace, name);
    if (worker === undefined) return refuse(404, `pod "${name}" not found`);
    const found = worker.log(container, query.previous);
    if (found === undefined) {
      return query.previous
        ? refuse(400, `previous terminated container "${container}" in pod "${name}" not found`)
        : refuse(404, `container ${container} is not valid for pod ${name}`);
    }
    const { file, live } = found;
    if (!query.follow || live === undefined) return { status: 200, headers: plain, body: await readLog(file, query) };
    return { status: 200, headers: plain, stream: (out) => follow(out, { file, live, query }) };
  };

  return {
    name: 'kubelet',
    // The kubelet's port is its own: whoever reaches it means it, by name or by address.
    serves: () => true,
    bodyLimit: 0,
    handle,
    fault: (fault) => refuse(faultStatus(fault), fault.message),
  };
};

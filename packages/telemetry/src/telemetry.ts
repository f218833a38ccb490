import { createWriteStream, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { Clock } from '@podpass/kernel';
import { createLogger, type LogLevel } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { podIdentityMetrics } from './pod-identity-metrics.ts';
import type { AuditEvent, Logger, Metrics, Telemetry } from './types.ts';

export interface TelemetryOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** A file (created with mode 0600, appended to) or a stream; standard error when absent. */
  readonly destination?: string | Writable;
}

export interface ClosableTelemetry extends Telemetry {
  /** Writes out what is still buffered. Nothing may be logged afterwards. */
  close(): Promise<void>;
}

/** Opens a log file for appending, or standard error. Plain streams: pino's own destination waits for ever at exit when the disk is full. */
const openFile = (path: string | undefined) => {
  if (path === undefined) return { file: process.stderr, close: async () => undefined };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = createWriteStream(path, { fd: openSync(path, 'a', 0o600) });
  const ended = new Promise<void>((resolve) => {
    file.once('close', resolve);
    // A full disk must not stop the platform, nor keep it from stopping.
    file.on('error', () => resolve());
  });
  const close = async (): Promise<void> => {
    file.end();
    await ended;
  };
  return { file, close };
};

/**
 * Creates the platform's telemetry. Throws what the file system says when the log file cannot be opened; what goes
 * wrong with it later costs log lines, never the platform.
 */
export const createTelemetry = ({ level, clock, destination }: TelemetryOptions): ClosableTelemetry => {
  const opened =
    destination === undefined || typeof destination === 'string'
      ? openFile(destination)
      : { file: destination, close: async () => undefined };
  const { log, audit } = createLogger({ level, clock, destination: opened.file });
  return {
    log,
    metrics: createMetrics(),
    audit: (event: AuditEvent) => audit.info(event, `${event.event} ${event.outcome}`),
    close: opened.close,
  };
};

const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

const silentMetrics: Metrics = {
  requests: { observe: () => undefined },
  tokenExchanges: { increment: () => undefined },
  webhookReviews: { observe: () => undefined },
  refusals: { increment: () => undefined },
  podIdentity: podIdentityMetrics({
    counter: () => ({ increment: () => undefined }),
    histogram: () => ({ observe: () => undefined }),
  }),
  exposition: async () => '',
};

/** Telemetry that keeps nothing, for tests. */
export const silentTelemetry = (): Telemetry => ({ log: silentLogger, metrics: silentMetrics, audit: () => undefined });

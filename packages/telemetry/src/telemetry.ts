import type { Writable } from 'node:stream';
import type { Clock } from '@podpass/kernel';
import { openLogFile } from './log-file.ts';
import { createLogger, type LogLevel } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { podIdentityMetrics } from './pod-identity-metrics.ts';
import type { AuditEvent, Logger, Metrics, Telemetry } from './types.ts';

export interface TelemetryOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** A file (see `openLogFile`) or a stream; standard error when absent. */
  readonly destination?: string | Writable;
}

export interface ClosableTelemetry extends Telemetry {
  /** Writes out what is still buffered and closes the file. Nothing may be logged afterwards. */
  close(): Promise<void>;
}

/**
 * Creates the platform's telemetry. Throws what the file system says when the log file cannot be opened; what goes
 * wrong with it later costs log lines, never the platform.
 */
export const createTelemetry = ({ level, clock, destination }: TelemetryOptions): ClosableTelemetry => {
  const file = typeof destination === 'string' ? openLogFile({ path: destination }) : undefined;
  const { log, audit } = createLogger({ level, clock, destination: file ?? streamOf(destination) });
  return {
    log,
    metrics: createMetrics(),
    audit: (event: AuditEvent) => audit.info(event, `${event.event} ${event.outcome}`),
    close: async () => file?.close(),
  };
};

const streamOf = (destination: string | Writable | undefined): Writable =>
  destination === undefined || typeof destination === 'string' ? process.stderr : destination;

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

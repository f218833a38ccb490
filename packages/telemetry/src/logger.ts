import { pino, type DestinationStream, type Logger as Pino } from 'pino';
import type { Clock } from '@podpass/kernel';
import { redactFields, redactText } from './redact.ts';
import type { Logger } from './types.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Redacts before pino serialises, and only for levels that are written. */
const wrap = (engine: Pino): Logger => {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (engine.isLevelEnabled(level)) engine[level](redactFields(fields), redactText(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (bindings) => wrap(engine.child(redactFields(bindings))),
  };
};

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly destination: DestinationStream;
}

/** The platform's log: JSON lines with an ISO time from the kernel clock. `audit` ignores the level unless it is `silent`. */
export const createLogger = ({ level, clock, destination }: LoggerOptions): { log: Logger; audit: Logger } => {
  const engine = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${clock.date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return { log: wrap(engine), audit: wrap(engine.child({ audit: true }, { level: level === 'silent' ? 'silent' : 'info' })) };
};

/**
 * `telemetry` owns what the platform tells about itself: the logger with its redaction, the metrics with their names,
 * and the audit lines. Tokens, secrets and assertions never pass through it.
 */
export * from './types.ts';
export { createTelemetry, silentTelemetry, type ClosableTelemetry, type TelemetryOptions } from './telemetry.ts';
export { logLevels, type LogLevel } from './logger.ts';
export { expositionType } from './metrics.ts';
export { redactText } from './redact.ts';

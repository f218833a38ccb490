/** A structured logger. Fields named like secrets are redacted; messages never hold tokens, secrets or assertions. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Logger;
}
export interface Counter {
  increment(labels?: Readonly<Record<string, string>>, by?: number): void;
}
export interface Histogram {
  /** Seconds. */
  observe(seconds: number, labels?: Readonly<Record<string, string>>): void;
}
export interface PodIdentityMetrics {
  readonly assignedIdentityAdditionDuration: Histogram;
  readonly assignedIdentityDeletionDuration: Histogram;
  readonly assignedIdentityUpdateDuration: Histogram;
  readonly assignedIdentityAdditions: Counter;
  readonly assignedIdentityDeletions: Counter;
  readonly assignedIdentityUpdates: Counter;
  /** Labels: operation_type, status_code, namespace, resource. */
  readonly nmiOperationsDuration: Histogram;
  readonly micCycleDuration: Histogram;
  readonly micCycles: Counter;
  readonly micNewLeaderElections: Counter;
  /** Label: operation_type. */
  readonly cloudProviderOperationsDuration: Histogram;
  readonly cloudProviderOperationErrors: Counter;
  readonly kubernetesApiOperationErrors: Counter;
  readonly imdsOperationsDuration: Histogram;
  readonly imdsOperationErrors: Counter;
}
/** All metrics are declared in `names.ts`; nothing else may create one. */
export interface Metrics {
  readonly requests: Histogram;
  readonly tokenExchanges: Counter;
  readonly webhookReviews: Histogram;
  readonly refusals: Counter;
  /** What upstream's MIC and NMI measure, under upstream's names (`aadpodidentity_…`). */
  readonly podIdentity: PodIdentityMetrics;
  /** Prometheus text exposition. */
  exposition(): Promise<string>;
}
/** One security decision, for the audit trail. Fields are redacted like those of any log line. */
export interface AuditEvent {
  /** What was decided, for example `token-exchange`, `secret-get`, `role-check`. */
  readonly event: string;
  readonly outcome: 'granted' | 'refused';
  /** Why it was refused: a stable code, not the message that was sent. */
  readonly reason?: string | undefined;
  readonly [field: string]: unknown;
}
export interface Telemetry {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Writes one audit line at info, whatever the level of the log, unless that is `silent`. */
  audit(event: AuditEvent): void;
}

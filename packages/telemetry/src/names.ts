/**
 * Every metric of the platform. Labels are few and their values come from closed sets: a label never holds an id, a
 * host name or anything that a client chose.
 */
export interface MetricDeclaration {
  readonly name: string;
  readonly help: string;
  /** Labels that are not in this list are dropped. */
  readonly labels: readonly string[];
  /** Upper bounds in seconds; histograms only. */
  readonly buckets?: readonly number[];
}

export const requestDuration = {
  name: 'podpass_http_request_duration_seconds',
  help: 'Time from the last byte of the request headers to the end of the answer.',
  labels: ['surface', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
} as const satisfies MetricDeclaration;

export const tokenExchangeTotal = {
  name: 'podpass_token_exchanges_total',
  help: 'Token requests by grant and outcome.',
  labels: ['grant', 'outcome'],
} as const satisfies MetricDeclaration;

export const webhookReviewDuration = {
  name: 'podpass_webhook_review_duration_seconds',
  help: 'Time that the workload identity webhook needs for one admission review.',
  labels: ['outcome'],
  buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05],
} as const satisfies MetricDeclaration;

export const refusalTotal = {
  name: 'podpass_refusals_total',
  help: 'Requests that were refused because Podpass does not serve or support what they ask for.',
  labels: ['surface', 'reason'],
} as const satisfies MetricDeclaration;

/** Largest number of label combinations per metric; further ones are counted under the value `other`. */
export const seriesLimit = 200;

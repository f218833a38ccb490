import type { Registry } from 'prom-client';
import {
  podIdentityCounters,
  podIdentityHistograms,
  requestDuration,
  refusalTotal,
  seriesLimit,
  tokenExchangeTotal,
  webhookReviewDuration,
  type MetricDeclaration,
} from './names.ts';
import { podIdentityMetrics } from './pod-identity-metrics.ts';
import type { Counter, Histogram, Metrics } from './types.ts';

type Labels = Readonly<Record<string, string>>;
type Sink = (labels: Labels, amount: number) => void;
interface Loaded {
  readonly registry: Registry;
  readonly sinks: ReadonlyMap<string, Sink>;
}

const counters: readonly MetricDeclaration[] = [tokenExchangeTotal, refusalTotal, ...Object.values(podIdentityCounters)];
const histograms: readonly (MetricDeclaration & { readonly buckets: readonly number[] })[] = [
  requestDuration,
  webhookReviewDuration,
  ...Object.values(podIdentityHistograms),
];

/** Observations that are kept until the metrics library is there; more of them are dropped. */
const pendingLimit = 20_000;

/** Keeps only declared labels and bounds the number of series, so that no caller can make the exposition grow without end. */
export const boundedLabels = ({ labels }: MetricDeclaration, limit = seriesLimit): ((given: Labels) => Labels) => {
  const known = new Map<string, Labels>();
  const other = Object.fromEntries(labels.map((label) => [label, 'other']));
  return (given) => {
    let key = '';
    for (const label of labels) key += `${given[label] ?? ''}\n`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    if (known.size >= limit) return other;
    const chosen = Object.fromEntries(labels.map((label) => [label, (given[label] ?? '').slice(0, 64)]));
    known.set(key, chosen);
    return chosen;
  };
};

/** The library costs tens of milliseconds to load, so it is loaded with the first observation, after start-up. */
const load = async (): Promise<Loaded> => {
  const prometheus = await import('prom-client');
  const registry = new prometheus.Registry();
  const registers = [registry];
  const sinks = new Map<string, Sink>();
  for (const { name, help, labels } of counters) {
    const counter = new prometheus.Counter({ name, help, labelNames: [...labels], registers });
    sinks.set(name, (given, by) => counter.inc(given, by));
  }
  for (const { name, help, labels, buckets } of histograms) {
    const histogram = new prometheus.Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
    sinks.set(name, (given, seconds) => histogram.observe(given, seconds));
  }
  return { registry, sinks };
};

/** The platform's metrics in a registry of their own; several platforms can run in one process. */
export const createMetrics = (): Metrics => {
  let loading: Promise<Loaded> | undefined;
  let loaded: Loaded | undefined;
  let pending: { name: string; labels: Labels; amount: number }[] = [];
  const ready = () =>
    (loading ??= load().then((library) => {
      loaded = library;
      for (const { name, labels, amount } of pending) library.sinks.get(name)?.(labels, amount);
      pending = [];
      return library;
    }));
  const recorder = (declaration: MetricDeclaration): Sink => {
    const bound = boundedLabels(declaration);
    const { name } = declaration;
    return (given, amount) => {
      if (!Number.isFinite(amount) || amount < 0) return;
      const labels = bound(given);
      if (loaded !== undefined) return loaded.sinks.get(name)?.(labels, amount);
      if (pending.length < pendingLimit) pending.push({ name, labels, amount });
      // A failed load is reported by `exposition`; observing must never fail.
      ready().catch(() => undefined);
    };
  };
  const counter = (declaration: MetricDeclaration): Counter => {
    const record = recorder(declaration);
    return { increment: (labels = {}, by = 1) => record(labels, by) };
  };
  const histogram = (declaration: MetricDeclaration): Histogram => {
    const record = recorder(declaration);
    return { observe: (seconds, labels = {}) => record(labels, seconds) };
  };
  return {
    requests: histogram(requestDuration),
    tokenExchanges: counter(tokenExchangeTotal),
    webhookReviews: histogram(webhookReviewDuration),
    refusals: counter(refusalTotal),
    podIdentity: podIdentityMetrics({ counter, histogram }),
    exposition: async () => (await ready()).registry.metrics(),
  };
};

/** The media type of `exposition()`: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

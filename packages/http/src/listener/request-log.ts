import type { Telemetry } from '@podpass/telemetry';
import type { Exchange } from '../types.ts';

const classes = ['', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** One log line and one observation per answered request. The query stays out of the log: it may hold credentials. */
export const createRequestLog = ({ log, metrics }: Telemetry) => {
  const labels = new Map<string, Readonly<Record<string, string>>>();
  const labelsFor = (surface: string, status: number) => {
    const key = surface + status;
    const known = labels.get(key);
    if (known !== undefined) return known;
    const made = { surface, status: classes[Math.floor(status / 100)] ?? 'other' };
    labels.set(key, made);
    return made;
  };
  return (
    surface: string,
    exchange: Exchange,
    { status, milliseconds }: { readonly status: number; readonly milliseconds: number },
  ): void => {
    metrics.requests.observe(milliseconds / 1000, labelsFor(surface, status));
    const { id, method, host, path } = exchange;
    const fields = { surface, id, method, host, path, status, milliseconds: Math.round(milliseconds * 100) / 100 };
    if (status >= 500) log.info(fields, 'request');
    else log.debug(fields, 'request');
  };
};

import { isObject, parseJson } from '@podpass/kernel';
import { longestMessage } from './wire.ts';

/** What the API server answered instead of what was asked for. */
export class KubeError extends Error {
  /** HTTP status code. */
  readonly status: number;
  /** `NotFound`, `Conflict`, …; empty when the answer named none. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

/** Makes the error of a Status object; anything else becomes a sentence with the code. */
export const kubeErrorOf = (status: number, value: unknown): KubeError => {
  const { reason, message } = isObject(value) ? value : {};
  const text = typeof message === 'string' && message !== '' ? message : `the server answered with status ${String(status)}`;
  return new KubeError(status, typeof reason === 'string' ? reason : '', text.slice(0, longestMessage));
};

/** The same from the text of an answer. */
export const kubeErrorOfText = (status: number, body: string): KubeError => kubeErrorOf(status, parseJson(body));

/** Whether `thrown` is the API server's refusal, with one of `statuses` when any are given. */
export const isKubeStatus = (thrown: unknown, ...statuses: readonly number[]): thrown is KubeError =>
  thrown instanceof KubeError && (statuses.length === 0 || statuses.includes(thrown.status));

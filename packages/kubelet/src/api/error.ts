import { isObject, parseJson } from '@podpass/kernel';

/** What the API server answered instead of what was asked for. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
  }
}

const longest = 1_000;

/** Reads a Status body; anything else becomes a sentence with the code. */
export const apiError = (status: number, body: string): ApiError => {
  const value = parseJson(body);
  const { reason, message } = isObject(value) ? value : {};
  const text = typeof message === 'string' && message !== '' ? message : `the server answered with status ${String(status)}`;
  return new ApiError(status, typeof reason === 'string' ? reason : '', text.slice(0, longest));
};

export const isStatus = (thrown: unknown, status: number): boolean => thrown instanceof ApiError && thrown.status === status;

import { expect } from 'vitest';
import { root } from '@podpass/tools';
import type { RawAnswer } from '../wire/raw.ts';

const json = ({ body, status }: RawAnswer): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Error(`status ${status}, and the body is no JSON: ${body.slice(0, 300)}`);
  }
};

const code = expect.stringMatching(/^[A-Za-z]\w+$/) as string;
const sentence = expect.stringMatching(/\S{2,}/) as string;

/** `{"error":{"code","message"}}`: the resource manager and Key Vault. */
export const expectAzureError = (answer: RawAnswer): void => {
  expect(json(answer)).toMatchObject({ error: { code, message: sentence } });
};

/** OData's error with Graph's inner error. */
export const expectGraphError = (answer: RawAnswer): void => {
  expect(json(answer)).toMatchObject({
    error: {
      code,
      message: sentence,
      innerError: { date: expect.any(String), 'request-id': expect.any(String), 'client-request-id': expect.any(String) },
    },
  });
};

/** The token service's error with its AADSTS number. */
export const expectSignInError = (answer: RawAnswer): void => {
  const body = json(answer) as { error_codes?: number[] };
  expect(body).toMatchObject({
    error: expect.stringMatching(/^[a-z_]+$/),
    error_description: expect.stringMatching(/^AADSTS\d+: .+ Trace ID: [\da-f-]{36} Correlation ID: [\da-f-]{36} Timestamp: /),
    error_codes: [expect.any(Number)],
    trace_id: expect.any(String),
    correlation_id: expect.any(String),
  });
  expect(answer.body).toContain(`AADSTS${body.error_codes?.[0]}:`);
};

/** A Kubernetes Status whose code is the HTTP status. */
export const expectStatus = (answer: RawAnswer): void => {
  expect(json(answer)).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: sentence, code: answer.status });
};

/** The issuer's documents are files behind a web server: its errors are a line of text. */
export const expectPlainError = (answer: RawAnswer): void => {
  expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  expect(answer.body).toMatch(/^\S.*\n$/);
};

/** Nothing of the server's inside: no stack frame, no path of its sources or data. */
export const expectNoInsides = (answer: RawAnswer, data: string): void => {
  const text = `${JSON.stringify(answer.headers)}\n${answer.body}`;
  expect(text).not.toMatch(/\bat [^\n]+?\.[cm]?[jt]s:\d+:\d+/);
  for (const inside of ['node_modules', 'node:internal', 'file://', '.ts:', root, data]) expect(text).not.toContain(inside);
};

/** The client's fault: 4xx, or 501 for what is named as not offered. */
export const expectClientFault = ({ status, body }: RawAnswer): void => {
  expect(status >= 400 && (status < 500 || status === 501), `status ${status}: ${body.slice(0, 300)}`).toBe(true);
};

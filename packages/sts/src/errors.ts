import { clientErrors } from './errors/clients.ts';
import { federationErrors } from './errors/federation.ts';
import { requestErrors } from './errors/requests.ts';
import type { ErrorRow } from './errors/row.ts';
import { userErrors } from './errors/users.ts';

/**
 * The catalogue of AADSTS errors that this service answers.
 * Sources: https://learn.microsoft.com/entra/identity-platform/reference-error-codes and texts as clients report them.
 */
export const catalogue = { ...requestErrors, ...clientErrors, ...federationErrors, ...userErrors } as const satisfies Readonly<
  Record<number, ErrorRow>
>;
export type AadstsCode = keyof typeof catalogue;

/** Values for the placeholders of a sentence. What a client sent is cut, so that no answer grows with a request. */
type ErrorData = Readonly<Record<string, string | number>>;

const longestValue = 600;

export interface AadstsOptions {
  readonly data?: ErrorData;
  /** A further sentence for the client, where Azure's own one does not say enough. */
  readonly hint?: string;
  /** Overrides the row's OAuth error: discovery calls an unknown tenant `invalid_tenant`. */
  readonly error?: string;
  readonly status?: number;
  /** For the audit trail only. */
  readonly cause?: unknown;
}

/** A refusal on its way to the writer. */
export class AadstsError extends Error {
  readonly code: AadstsCode;
  readonly error: string;
  readonly status: number;
  /** The sentence without code and trace. */
  readonly sentence: string;

  constructor(code: AadstsCode, options: AadstsOptions = {}) {
    const row: ErrorRow = catalogue[code];
    const sentence = fill(row.text, options.data ?? {}) + (options.hint === undefined ? '' : ` ${options.hint}`);
    super(`AADSTS${code}`, { cause: options.cause });
    this.name = 'AadstsError';
    this.code = code;
    this.error = options.error ?? row.error;
    this.status = options.status ?? row.status;
    this.sentence = sentence;
  }
}

/** `{EmailHidden}` is Entra's own text, not a placeholder: only names in `data` are filled. */
const fill = (text: string, data: ErrorData): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = data[name];
    return value === undefined ? whole : String(value).slice(0, longestValue);
  });

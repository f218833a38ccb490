import type { Exchange } from '@podpass/http';
import type { Form } from './form.ts';

/** What is known so far about a request, for the audit line. Filled by the steps; never holds a secret or a token. */
export interface Trail {
  grant?: string;
  tenant?: string;
  client?: string;
  principal?: string;
  resource?: string;
  issuer?: string;
  subject?: string;
}

/** One request to the token endpoint. */
export interface TokenRequest {
  readonly exchange: Exchange;
  /** First path segment: tenant id, domain, or one of the words for the user's own tenant. */
  readonly tenantSegment: string;
  /** Version of the endpoint: 1 takes `resource`, 2 takes `scope`. */
  readonly version: 1 | 2;
  readonly form: Form;
  readonly trail: Trail;
}

/** A step of a pipeline: fills what it is named after, or throws an `AadstsError`. */
export type Step<Context> = (context: Context) => void | Promise<void>;

/** Runs the steps in their order. Steps that need not wait cost no turn of the event loop. */
export const runSteps = async <Context>(steps: readonly Step<Context>[], context: Context): Promise<void> => {
  for (const step of steps) {
    const pending = step(context);
    if (pending) await pending;
  }
};

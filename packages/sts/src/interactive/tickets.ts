import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '@podpass/crypto';
import { isKernelError, isObject, parseJson, randomOctets, type Clock } from '@podpass/kernel';
import { collection, type Store } from '@podpass/store';
import type { Flow } from './types.ts';
import { interactiveLifetimes } from './wire.ts';

/** The pages that send a form. A ticket made for one is worth nothing at another. */
export type Step = 'sign-in' | 'account' | 'password' | 'consent' | 'device-code' | 'device-confirm' | 'logout';

/** What a form carries: where the journey leads, and whom it is about. It proves no sign-in: that is in the browser's session. */
export interface Ticket {
  readonly step: Step;
  readonly flow?: Flow;
  /** The account that the page speaks of. */
  readonly userId?: string;
  /** What a page about consent showed: see `shownDigest`. */
  readonly shown?: string;
  /** What a sign-out page leads to. */
  readonly leave?: string;
}

/**
 * Tickets are the pages' memory and their defence against forged requests in one: signed with a key of the server, bound to the browser's
 * cookie and to one page. Whoever cannot read the page cannot make one, and the request that a sign-in belongs to cannot be exchanged
 * for another. A sign-in changes the cookie, which voids the tickets of before.
 */
export interface Tickets {
  seal(secret: string, ticket: Ticket): Promise<string>;
  /** Undefined when it is forged, expired, another browser's, or made for another page. */
  open(secret: string, step: Step, text: string | undefined): Promise<Ticket | undefined>;
}

const form = /^([\w-]{1,60000})\.([\w-]{43})$/;

export const createTickets = ({ store, clock }: { readonly store: Store; readonly clock: Clock }): Tickets => {
  const keys = collection<{ readonly secret: string }>(store, { prefix: 'sts/ticket-key' });
  let known: Promise<Buffer> | undefined;

  const openKey = async (): Promise<Buffer> => {
    const present = await keys.get('current');
    if (present) return Buffer.from(present.value.secret, 'base64url');
    const secret = randomOctets(32).toString('base64url');
    try {
      await keys.create('current', { secret });
      return Buffer.from(secret, 'base64url');
    } catch (thrown) {
      if (!isKernelError(thrown, 'conflict')) throw thrown;
      return openKey();
    }
  };
  const key = (): Promise<Buffer> => {
    known ??= openKey().catch((thrown: unknown) => {
      known = undefined;
      throw thrown;
    });
    return known;
  };
  const sign = async (secret: string, payload: string): Promise<string> =>
    createHmac('sha256', await key())
      .update(`podpass-ticket\n${secret}\n${payload}`)
      .digest('base64url');

  return {
    async seal(secret, ticket) {
      const payload = Buffer.from(JSON.stringify({ ...ticket, issued: clock.seconds() })).toString('base64url');
      return `${payload}.${await sign(secret, payload)}`;
    },
    async open(secret, step, text) {
      const [, payload, signature] = form.exec(text ?? '') ?? [];
      if (payload === undefined || signature === undefined || !constantTimeEqual(signature, await sign(secret, payload))) return undefined;
      // Only what `seal` wrote carries a right signature.
      const read = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
      if (!isObject(read) || read['step'] !== step || typeof read['issued'] !== 'number') return undefined;
      return clock.seconds() - read['issued'] < interactiveLifetimes.ticket ? (read as object as Ticket) : undefined;
    },
  };
};

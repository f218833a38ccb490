import type { Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { parseForm, type Form } from '../requests/form.ts';
import type { Step, Ticket } from './tickets.ts';
import type { Flow } from './types.ts';
import type { Visit } from './visit.ts';

const refusal = () =>
  new AadstsError(9002313, {
    hint: 'The page is out of date, or was opened in another browser. Go back to the application and start again.',
  });

/**
 * Whether the browser says that the form came from a page of ours. Pages forbid referrers, so browsers write `null` for the origin of
 * their forms (Fetch, 3.2); they then say in `Sec-Fetch-Site` whether the form crossed origins. The ticket is the defence; this is a second one.
 */
const isOwnForm = ({ headers, authority }: Exchange): boolean => {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined || origin === `https://${authority}`) return true;
  return origin === 'null' && site !== undefined;
};

/** A form of ours as it came back. Throws AADSTS9002313 when its ticket is missing, forged, expired, another page's or another browser's. */
export const submitted = async (visit: Visit, step: Step): Promise<{ readonly form: Form; readonly ticket: Ticket }> => {
  const { exchange, services, secret } = visit;
  if (!isOwnForm(exchange)) throw refusal();
  const form = parseForm(exchange.body, exchange.headers['content-type']);
  const ticket = await services.interactive.tickets.open(secret, step, form.get('ticket'));
  if (!ticket) throw refusal();
  return { form, ticket };
};

/** The flow of a ticket, which every page but the first of the device code flow has. */
export const flowOf = ({ flow }: Ticket): Flow => {
  if (!flow) throw refusal();
  return flow;
};

/** A form that says something its page does not offer. */
export const badAnswer = refusal;

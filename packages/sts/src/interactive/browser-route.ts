import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { auditRefusal } from './audit.ts';
import { errorPage } from './pages/error-page.ts';
import { openVisit, type Visit } from './visit.ts';

export type BrowserHandler = (visit: Visit, parameters: readonly string[]) => Answer | Promise<Answer>;

/** Runs a step whose errors become a page. */
export const pageOnError = async (visit: Visit, step: () => Answer | Promise<Answer>): Promise<Answer> => {
  try {
    return await step();
  } catch (thrown) {
    if (!(thrown instanceof AadstsError)) throw thrown;
    auditRefusal(visit, { step: 'request' }, thrown);
    return errorPage(visit, thrown);
  }
};

/** Makes a route's handler of one that answers a browser. */
export const browserRoute =
  (handler: BrowserHandler) =>
  async (services: Services, exchange: Exchange, parameters: readonly string[]): Promise<Answer> => {
    const visit = await openVisit(services, exchange);
    return pageOnError(visit, () => handler(visit, parameters));
  };

import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { proceedAdminConsent } from './proceed-admin-consent.ts';
import { proceedAuthorize } from './proceed-authorize.ts';
import { proceedDevice } from './proceed-device.ts';
import { auditRefusal } from './audit.ts';
import { accountPage } from './pages/account-page.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { respondError } from './respond.ts';
import type { Flow } from './types.ts';
import type { Progress, Visit, VisitAccount } from './visit.ts';

/** Errors that say that the client itself is not good: they stay on a page of ours. */
const aboutTheClient: ReadonlySet<number> = new Set([50011, 50194, 700016, 7000112]);

/** Runs a step of a flow; its errors go to the application when the flow has one that waits, and to a page else. */
export const guardFlow = async (visit: Visit, flow: Flow, step: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await step();
  } catch (thrown) {
    if (!(thrown instanceof AadstsError) || flow.kind !== 'authorize' || aboutTheClient.has(thrown.code)) throw thrown;
    auditRefusal(visit, { step: 'authorize', flow }, thrown);
    return respondError(visit, flow, thrown);
  }
};

/** The accounts of the browser that the flow admits. */
export const fittingAccounts = ({ accounts }: Visit, { tenantId }: Flow): readonly VisitAccount[] =>
  accounts.filter(({ tenant }) => tenantId === undefined || tenant.id === tenantId);

/** Finds whom the flow is about, or asks: the first step of every flow. */
export const chooseAccount = (visit: Visit, flow: Flow): Promise<Answer> => {
  const fitting = fittingAccounts(visit, flow);
  const hint = flow.loginHint?.toLowerCase();
  const hinted = fitting.find(({ user }) => user.userPrincipalName.toLowerCase() === hint);
  const prompt = flow.kind === 'authorize' ? flow.prompt : undefined;
  if (prompt === 'none') return guardFlow(visit, flow, () => proceed(visit, flow, { own: silentAccount(fitting, { hint, hinted }) }));
  if (prompt === 'login') return signInPage(visit, flow);
  // A device's sign-in is never silent: the user must see as whom the device is let in.
  const asks = prompt === 'select_account' || flow.kind === 'device';
  if (asks) return fitting.length > 0 ? accountPage(visit, flow, fitting) : signInPage(visit, flow);
  if (hinted) return proceed(visit, flow, { own: hinted });
  const [only, ...more] = fitting;
  if (hint !== undefined || only === undefined) return signInPage(visit, flow);
  return more.length > 0 ? accountPage(visit, flow, fitting) : proceed(visit, flow, { own: only });
};

/** The one account that a request without pages can mean. Throws AADSTS50058, or 16000 when there are several. */
const silentAccount = (
  fitting: readonly VisitAccount[],
  { hint, hinted }: { readonly hint: string | undefined; readonly hinted: VisitAccount | undefined },
): VisitAccount => {
  if (hinted) return hinted;
  const [only, ...more] = fitting;
  if (hint !== undefined || only === undefined) throw new AadstsError(50058);
  if (more.length > 0) throw new AadstsError(16000);
  return only;
};

/** Goes on with a user who is signed in. */
export const proceed = (visit: Visit, flow: Flow, progress: Progress): Promise<Answer> =>
  guardFlow(visit, flow, () => {
    switch (flow.kind) {
      case 'authorize':
        return proceedAuthorize(visit, flow, progress);
      case 'device':
        return proceedDevice(visit, flow, progress);
      case 'admin-consent':
        return proceedAdminConsent(visit, flow, progress);
    }
  });

import type { Answer } from '@podpass/http';
import { auditSignIn } from './audit.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { chooseAccount, fittingAccounts, proceed } from './proceed.ts';
import { badAnswer, flowOf, submitted } from './submitted.ts';
import type { Visit } from './visit.ts';

/** Takes the choice of an account: one that the browser is signed in to, another one, or the wish to sign one out. */
export const accountEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'account');
  const flow = flowOf(ticket);
  const forget = form.get('forget');
  if (forget !== undefined) {
    const left = await signOutOf(visit, forget);
    return chooseAccount(left, flow);
  }
  const pick = form.get('pick');
  const { loginHint: _hint, ...anybody } = flow;
  if (pick === 'other') return signInPage(visit, anybody);
  const own = fittingAccounts(visit, flow).find(({ user }) => user.id === pick);
  if (!own) throw badAnswer();
  return proceed(visit, flow, { own });
};

/** Signs one account of the browser out, or all of them. */
export const signOutOf = async (visit: Visit, userId: string | undefined): Promise<Visit> => {
  await visit.services.interactive.sessions.signOut(visit.secret, userId);
  for (const { user, tenant } of visit.accounts) {
    if (userId !== undefined && user.id !== userId) continue;
    auditSignIn(visit, { step: 'sign-out', outcome: 'granted', flow: { tenantId: tenant.id }, userId: user.id });
  }
  return { ...visit, accounts: visit.accounts.filter(({ user }) => userId !== undefined && user.id !== userId) };
};

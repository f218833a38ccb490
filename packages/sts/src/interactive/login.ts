import type { Tenant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { authenticateUser } from '../sessions/authenticate-user.ts';
import { auditSignIn, reasonOf } from './audit.ts';
import { pageOnError } from './browser-route.ts';
import { passwordPage } from './pages/password-page.ts';
import { signInPage } from './pages/sign-in-page.ts';
import { proceed } from './proceed.ts';
import { flowOf, submitted } from './submitted.ts';
import type { Flow } from './types.ts';
import { signInVisit, type Visit } from './visit.ts';

/** One sentence for an unknown name and for a wrong password: the page does not tell which names exist. */
const messages: Readonly<Record<number, string>> = {
  50034: 'Your user name or password is incorrect.',
  50126: 'Your user name or password is incorrect.',
  50053: 'Your account is temporarily locked. Wait a minute, then try again.',
  50057: 'Your account has been disabled.',
};

/** Takes user name and password. */
export const loginEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'sign-in');
  const flow = flowOf(ticket);
  const username = (form.get('username') ?? '').trim().slice(0, 320);
  const password = form.get('password') ?? '';
  const tenant = tenantOf(visit, flow, username);
  try {
    if (!tenant) throw new AadstsError(50034);
    const user = await authenticateUser(visit.services, tenant, { username, password });
    auditSignIn(visit, { step: 'password', outcome: 'granted', flow: { ...flow, tenantId: tenant.id }, userId: user.id });
    const signedIn = await signInVisit(visit, { user, tenant });
    return await pageOnError(signedIn.visit, () => proceed(signedIn.visit, flow, { own: signedIn.own }));
  } catch (thrown) {
    if (!(thrown instanceof AadstsError)) throw thrown;
    return refused(visit, flow, { thrown, tenant, username });
  }
};

/** The tenant of the request, or the one to which the user name's domain belongs. */
const tenantOf = ({ services: { directory } }: Visit, { tenantId }: Flow, username: string): Tenant | undefined =>
  directory.tenants.find(tenantId ?? username.slice(username.lastIndexOf('@') + 1));

interface Refusal {
  readonly thrown: AadstsError;
  readonly tenant: Tenant | undefined;
  readonly username: string;
}

const refused = (visit: Visit, flow: Flow, { thrown, tenant, username }: Refusal): Promise<Answer> => {
  const user = tenant && visit.services.directory.users.byPrincipalName(tenant.id, username);
  const about = tenant === undefined ? flow : { ...flow, tenantId: tenant.id };
  auditSignIn(visit, { step: 'password', outcome: 'refused', reason: reasonOf(thrown), flow: about, userId: user?.id });
  if (thrown.code === 50055 && user) return passwordPage(visit, flow, { user });
  return signInPage(visit, flow, { username, message: messages[thrown.code] ?? thrown.sentence });
};

import { isKernelError } from '@podpass/kernel';
import type { Tenant, User } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import type { Form } from '../requests/form.ts';
import { verifyUser } from '../sessions/authenticate-user.ts';
import { auditSignIn, reasonOf } from './audit.ts';
import { pageOnError } from './browser-route.ts';
import { passwordPage } from './pages/password-page.ts';
import { proceed } from './proceed.ts';
import { badAnswer, flowOf, submitted } from './submitted.ts';
import { signInVisit, type Visit } from './visit.ts';

/** Replaces a password that must be changed, with the old one as proof, and signs in. */
export const changePasswordEndpoint = async (visit: Visit): Promise<Answer> => {
  const { form, ticket } = await submitted(visit, 'password');
  const flow = flowOf(ticket);
  const { user, tenant } = findUser(visit, ticket.userId);
  const about = { step: 'password-change', flow: { ...flow, tenantId: tenant.id }, userId: user.id } as const;
  const changed = await changePassword(visit, { form, user, tenant });
  if ('message' in changed) {
    auditSignIn(visit, { ...about, outcome: 'refused', reason: changed.reason });
    return passwordPage(visit, flow, { user, message: changed.message });
  }
  auditSignIn(visit, { ...about, outcome: 'granted' });
  const signedIn = await signInVisit(visit, { user: changed, tenant });
  return pageOnError(signedIn.visit, () => proceed(signedIn.visit, flow, { own: signedIn.own }));
};

/** The ticket names the user by an id that is unique over all tenants of the browser's journey. */
const findUser = ({ services: { directory } }: Visit, userId: string | undefined): { readonly user: User; readonly tenant: Tenant } => {
  for (const tenant of directory.tenants.list()) {
    const user = userId === undefined ? undefined : directory.users.byId(tenant.id, userId);
    if (user) return { user, tenant };
  }
  throw badAnswer();
};

interface Failure {
  readonly message: string;
  readonly reason: string;
}

const changePassword = async (
  { services }: Visit,
  { form, user, tenant }: { readonly form: Form; readonly user: User; readonly tenant: Tenant },
): Promise<User | Failure> => {
  const [old, next, confirm] = [form.get('old') ?? '', form.get('new') ?? '', form.get('confirm') ?? ''];
  try {
    await verifyUser(services, tenant, { username: user.userPrincipalName, password: old });
  } catch (thrown) {
    if (!(thrown instanceof AadstsError)) throw thrown;
    const message = thrown.code === 50126 ? 'The current password is incorrect.' : thrown.sentence;
    return { message, reason: reasonOf(thrown) };
  }
  if (next === '' || next !== confirm) return { message: 'The new passwords do not match.', reason: 'mismatch' };
  if (next === old) return { message: 'The new password must differ from the current one.', reason: 'same' };
  try {
    return await services.directory.users.setPassword(tenant.id, user.id, next, { forceChangePasswordNextSignIn: false });
  } catch (thrown) {
    if (!isKernelError(thrown, 'invalid')) throw thrown;
    return { message: thrown.message, reason: 'invalid' };
  }
};

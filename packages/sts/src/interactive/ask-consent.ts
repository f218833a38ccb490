import type { PermissionScope } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { adminRights } from './admin-rights.ts';
import { auditSignIn } from './audit.ts';
import { consentPage, needAdminPage } from './pages/consent-page.ts';
import type { AuthorizeFlow, DeviceFlow } from './types.ts';
import type { Visit, VisitAccount } from './visit.ts';
import { askedOf, publisherOf, type Wanted } from './wanted.ts';

/** Shows what the application asks for; or that only an administrator can give it. */
export const askConsent = (
  visit: Visit,
  flow: AuthorizeFlow | DeviceFlow,
  { own, wanted, scopes }: { readonly own: VisitAccount; readonly wanted: Wanted; readonly scopes: readonly PermissionScope[] },
): Promise<Answer> => {
  const { delegated } = adminRights(visit.services, own.user);
  const asked = askedOf(wanted, scopes);
  if (wanted.adminOnly && !delegated) {
    auditSignIn(visit, { step: 'consent', outcome: 'refused', reason: 'AADSTS90094', flow, userId: own.user.id });
    return needAdminPage(visit, flow, { own, asked });
  }
  const publisher = publisherOf(visit.services, wanted.client, own);
  return consentPage(visit, flow, { own, asked, publisher, reach: delegated ? 'choice' : 'self' });
};

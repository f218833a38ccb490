import type { AppRole, PermissionScope } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { digest } from '../../sessions/stamp.ts';
import { flowFrame } from '../flow-frame.ts';
import { html, type Piece } from '../html.ts';
import { answerPage } from '../page.ts';
import type { Flow } from '../types.ts';
import type { Visit, VisitAccount } from '../visit.ts';
import { formPaths } from '../wire.ts';
import { ticketForm } from './form.ts';

/** What is asked at one resource. */
export interface AskedPermissions {
  readonly resourceName: string;
  readonly scopes: readonly PermissionScope[];
  readonly roles: readonly AppRole[];
}

export interface ConsentQuestionPage {
  readonly own: VisitAccount;
  readonly asked: readonly AskedPermissions[];
  /** Name of the tenant that the application comes from, when it is another one. */
  readonly publisher: string | undefined;
  /** `self`: for the user. `choice`: an administrator may consent for all. `organization`: an administrator consents for all. */
  readonly reach: 'self' | 'choice' | 'organization';
}

/**
 * Digest of everything that the page tells about what is asked, and of the ids behind it. Consent holds for what was shown: an application's owner may
 * change its registration, or a resource's, while somebody reads the page.
 */
export const shownDigest = (asked: readonly AskedPermissions[]): string => digest(JSON.stringify(asked));

/** Asks whether the application may have what it wants. */
export const consentPage = async (visit: Visit, flow: Flow, question: ConsentQuestionPage): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const { own, asked, publisher, reach } = question;
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, {
    step: 'consent',
    flow,
    userId: own.user.id,
    shown: shownDigest(asked),
  });
  const body = html`<p>Signed in as <strong>${own.user.userPrincipalName}</strong>.</p>
    <p>
      <strong>${clientName}</strong>
      ${publisher === undefined ? 'of your own directory' : html`published by the directory <strong>${publisher}</strong>`} wants to:
    </p>
    ${asked.map(permissionsOf)}
    <p class="note">
      ${reach === 'organization' ? 'If you accept, every user of your directory is consented for.' : 'Accept only if you trust this application.'}
    </p>
    ${ticketForm(
      formPaths.consent,
      ticket,
      html`${reach === 'choice' && html`<label class="check"><input type="checkbox" name="organization" value="yes" /> Consent on behalf of your organization</label>`}
        <div class="actions reverse">
          <button type="submit" name="action" value="accept">Accept</button>
          <button class="quiet" type="submit" name="action" value="cancel">Cancel</button>
        </div>`,
    )}`;
  return answerPage(visit, { ...frame, tenant: own.tenant, title: 'Permissions requested', body });
};

const permissionsOf = ({ resourceName, scopes, roles }: AskedPermissions): Piece =>
  html`<dl aria-label="Permissions at ${resourceName}">
    ${scopes.map(
      (scope) =>
        html`<dt>${scope.userConsentDisplayName ?? scope.adminConsentDisplayName}</dt>
          <dd>
            ${scope.userConsentDescription ?? scope.adminConsentDescription}
            <span class="note">(${resourceName}: ${scope.value}${scope.type === 'Admin' && ', for administrators only'})</span>
          </dd> `,
    )}${roles.map(
      (role) =>
        html`<dt>${role.displayName}</dt>
          <dd>
            ${role.description}
            <span class="note">(${resourceName}: ${role.value ?? role.id}, as the application itself, without a user)</span>
          </dd> `,
    )}
  </dl> `;

/** AADSTS90094 for people: what is asked is an administrator's to give. */
export const needAdminPage = async (
  visit: Visit,
  flow: Flow,
  question: Omit<ConsentQuestionPage, 'reach' | 'publisher'>,
): Promise<Answer> => {
  const { clientName, ...frame } = flowFrame(visit.services, flow);
  const { own, asked } = question;
  const ticket = await visit.services.interactive.tickets.seal(visit.secret, { step: 'consent', flow, userId: own.user.id });
  const body = html`<p>Signed in as <strong>${own.user.userPrincipalName}</strong>.</p>
    <p class="alert" role="alert">
      AADSTS90094: <strong>${clientName}</strong> needs permission to access resources in your organization that only an admin can grant.
      Please ask an admin to grant permission to this app before you can use it.
    </p>
    ${asked.map(permissionsOf)}
    ${ticketForm(
      formPaths.consent,
      ticket,
      html`<div class="actions">
        <button class="quiet" type="submit" name="action" value="need-admin">Return to the application without granting consent</button>
      </div>`,
    )}`;
  return answerPage(visit, { ...frame, tenant: own.tenant, status: 403, title: 'Need admin approval', body });
};

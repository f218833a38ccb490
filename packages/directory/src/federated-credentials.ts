import {
  FederatedCredentialError,
  type FederatedCredentialErrorCode,
  type FederatedCredentialErrorData,
} from './federated-credential-error.ts';
import { joined } from './keys.ts';
import { federatedCredentialLimits, federatedCredentialNamePattern } from './limits.ts';
import { presentRevisions, writeGuarded, type State } from './state.ts';
import type { Directory, FederatedCredential } from './types.ts';

type Draft = Omit<FederatedCredential, 'createdDateTime'>;
type Refusal = { readonly code: FederatedCredentialErrorCode } & Partial<FederatedCredentialErrorData>;
type Rule = (draft: Draft, siblings: readonly FederatedCredential[]) => Refusal | undefined;

/** Federated credentials of managed identities and applications, with Entra's rules. */
export const federatedCredentialActions = (state: State): Directory['federatedCredentials'] => {
  const { written, read, byPrincipal, byIssuer } = state.credentials;
  const inOrder = memoizedOrder();
  return {
    get: (tenantId, principalId, name) => read.get(joined(tenantId, principalId, name)),
    list: (tenantId, principalId) => inOrder(byPrincipal(joined(tenantId, principalId))),
    namesIssuer: (issuer) => byIssuer(issuer).length > 0,
    put: (draft) => putCredential(state, draft),
    delete(tenantId, principalId, name) {
      const id = joined(tenantId, principalId, name);
      return writeGuarded(state.store, [written.key(id)], () => (read.get(id) ? [written.deleteOperation(id)] : undefined));
    },
  };
};

/** Orders each group by name once: the index gives the same array until the group changes. */
const memoizedOrder = () => {
  const ordered = new WeakMap<readonly FederatedCredential[], readonly FederatedCredential[]>();
  return (group: readonly FederatedCredential[]): readonly FederatedCredential[] => {
    const known = ordered.get(group);
    if (known) return known;
    const sorted = group.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    ordered.set(group, sorted);
    return sorted;
  };
};

const putCredential = async (state: State, draft: Draft): Promise<{ credential: FederatedCredential; created: boolean }> => {
  const { tenantId, principalId, name } = draft;
  const identity = joined(tenantId, principalId);
  const id = joined(identity, name);
  const { credentials, servicePrincipals, federationGuards } = state;
  refuseIf(draft, checkShape(draft));
  const compare = await presentRevisions(state.store, [servicePrincipals.written.key(identity), federationGuards.key(identity)]);
  const principal = servicePrincipals.read.get(identity);
  if (!principal) throw new FederatedCredentialError('identity-not-found', { principalId, name });
  const present = credentials.read.get(id);
  refuseIf(draft, checkSiblings(draft, credentials.byPrincipal(identity)));
  const credential: FederatedCredential = {
    tenantId: principal.tenantId,
    principalId: principal.id,
    // The name keeps the case in which it was created, as ARM keeps resource names.
    name: present?.name ?? name,
    issuer: draft.issuer,
    subject: draft.subject,
    audiences: [...draft.audiences],
    createdDateTime: present?.createdDateTime ?? state.clock.date().toISOString(),
  };
  const { succeeded } = await state.store.txn({
    compare,
    then: [credentials.written.putOperation(id, credential), federationGuards.putOperation(identity, {})],
  });
  if (succeeded) return { credential, created: present === undefined };
  throw new FederatedCredentialError(servicePrincipals.read.get(identity) ? 'concurrent-writes' : 'identity-not-found', {
    principalId,
    name,
  });
};

const refuseIf = (draft: Draft, refusal: Refusal | undefined): void => {
  if (!refusal) return;
  const { code, ...data } = refusal;
  throw new FederatedCredentialError(code, { principalId: draft.principalId, name: draft.name, ...data });
};

const checkName: Rule = ({ name }) => (federatedCredentialNamePattern.test(name) ? undefined : { code: 'invalid-name' });

const checkRequired: Rule = ({ issuer, subject, audiences }) => {
  if (issuer === '') return { code: 'missing-properties', property: 'issuer' };
  if (subject === '') return { code: 'missing-properties', property: 'subject' };
  return audiences.some((audience) => audience === '') ? { code: 'missing-properties', property: 'audiences' } : undefined;
};

const checkAudienceCount: Rule = ({ audiences }) =>
  audiences.length === federatedCredentialLimits.audiences
    ? undefined
    : { code: 'audience-count', property: 'audiences', limit: federatedCredentialLimits.audiences };

const checkLengths: Rule = ({ issuer, subject, audiences }) => {
  const limit = federatedCredentialLimits.textLength;
  if (issuer.length > limit) return { code: 'value-too-long', property: 'issuer', limit };
  if (subject.length > limit) return { code: 'value-too-long', property: 'subject', limit };
  return audiences.some((audience) => audience.length > limit) ? { code: 'value-too-long', property: 'audiences', limit } : undefined;
};

/** White space around the URL is stored, as Entra stores it; the exchange then finds no match. */
const checkIssuer: Rule = ({ issuer }) => {
  const url = URL.parse(issuer.trim());
  const good = url !== null && url.protocol === 'https:' && url.hostname !== '' && url.username === '' && url.password === '';
  return good && url.search === '' && url.hash === '' ? undefined : { code: 'invalid-issuer', property: 'issuer' };
};

const checkUnique: Rule = (draft, siblings) => {
  const twin = siblings.find(
    (other) => other.issuer === draft.issuer && other.subject === draft.subject && !sameName(other.name, draft.name),
  );
  return twin && { code: 'duplicate', conflict: twin.name };
};

const checkCount: Rule = (draft, siblings) => {
  const limit = federatedCredentialLimits.perIdentity;
  const replaces = siblings.some((other) => sameName(other.name, draft.name));
  return !replaces && siblings.length >= limit ? { code: 'too-many', limit } : undefined;
};

const sameName = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const firstRefusal =
  (rules: readonly Rule[]): Rule =>
  (draft, siblings) => {
    for (const rule of rules) {
      const refusal = rule(draft, siblings);
      if (refusal) return refusal;
    }
    return undefined;
  };

const shape = firstRefusal([checkName, checkRequired, checkAudienceCount, checkLengths, checkIssuer]);
const checkShape = (draft: Draft) => shape(draft, []);
const checkSiblings = firstRefusal([checkUnique, checkCount]);

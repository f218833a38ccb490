import { newGuid } from '@podpass/kernel';
import { transactionOf, type Compare } from '@podpass/store';
import type { Directory } from './directory-types.ts';
import { FederatedCredentialError } from './federated-credential-error.ts';
import { guards, joined } from './keys.ts';
import { writeAttempts } from './limits.ts';
import { propagationDelay } from './propagation.ts';
import { checkAmong, checkShape, type Draft, type OwnerKind } from './rules/federated-credential.ts';
import type { State } from './state.ts';
import type { FederatedCredential } from './types.ts';
import { presentRevisions } from './writing.ts';

/** Federated credentials of managed identities and applications, with Entra's rules. */
export const federatedCredentialActions = (state: State): Directory['federatedCredentials'] => {
  const { written, byPrincipal, countByIssuer } = state.credentials;
  // The last part of their keys is the name: the index has them in the order of names.
  const list = (tenantId: string, principalId: string) => byPrincipal(joined(tenantId, principalId));
  const arrived = arrivedOf(state);
  return {
    get: (tenantId, principalId, name) => list(tenantId, principalId).find((each) => each.name.toLowerCase() === name.toLowerCase()),
    byId: (tenantId, principalId, id) => list(tenantId, principalId).find((each) => each.id === id.toLowerCase()),
    list,
    inForce: (tenantId, principalId) => arrived(list(tenantId, principalId)),
    namesIssuer: (issuer) => countByIssuer(issuer) > 0,
    put: (draft) => putCredential(state, draft),
    async delete(tenantId, principalId, name) {
      const operation = written.deleteOperation(joined(tenantId, principalId, name));
      return (await state.store.txn(transactionOf([operation]))).events.length > 0;
    },
  };
};

interface Arrived {
  readonly delay: number;
  /** Between these two times (milliseconds, the second exclusive) the answer stays the same. */
  readonly from: number;
  readonly until: number;
  readonly credentials: readonly FederatedCredential[];
}

/** Leaves out what is still propagating. With the answer is kept until when it holds, so that it is worked out once. */
const arrivedOf = (state: State) => {
  const known = new WeakMap<readonly FederatedCredential[], Arrived>();
  return (all: readonly FederatedCredential[]): readonly FederatedCredential[] => {
    const delay = propagationDelay(state);
    if (delay === 0) return all;
    const now = state.clock.now();
    const found = known.get(all);
    if (found?.delay === delay && now >= found.from && now < found.until) return found.credentials;
    const arrival = ({ modifiedDateTime }: FederatedCredential) => Date.parse(modifiedDateTime) + delay;
    const credentials = all.filter((each) => arrival(each) <= now);
    const times = all.map(arrival);
    const made: Arrived = {
      delay,
      from: Math.max(0, ...times.filter((time) => time <= now)),
      until: Math.min(...times.filter((time) => time > now)),
      credentials: credentials.length === all.length ? all : credentials,
    };
    known.set(all, made);
    return made.credentials;
  };
};

/** What owns federated credentials, with the store key of its record. */
const ownerOf = (state: State, tenantId: string, id: string): { readonly kind: OwnerKind; readonly key: string } | undefined => {
  const { servicePrincipals, applications } = state;
  const joinedId = joined(tenantId, id);
  if (servicePrincipals.read.get(joinedId)?.servicePrincipalType === 'ManagedIdentity') {
    return { kind: 'managedIdentity', key: servicePrincipals.written.key(joinedId) };
  }
  return applications.read.get(joinedId) && { kind: 'application', key: applications.written.key(joinedId) };
};

const putCredential = async (state: State, draft: Draft): Promise<{ credential: FederatedCredential; created: boolean }> => {
  checkShape(draft);
  const identity = joined(draft.tenantId, draft.principalId);
  const guard = state.federationGuards.key(identity);
  const refused = (code: 'identity-not-found' | 'concurrent-writes') =>
    new FederatedCredentialError(code, { principalId: draft.principalId, name: draft.name });
  let guarded: number | undefined;
  for (let attempt = 0; attempt < writeAttempts; attempt += 1) {
    const owner = ownerOf(state, draft.tenantId, draft.principalId);
    if (!owner) throw refused('identity-not-found');
    const deleting = state.guards.written.key(guards.deleting(draft.tenantId, draft.principalId));
    const own = joined(identity, draft.name);
    const compare = await presentRevisions(state.store, [owner.key, deleting, guard, state.credentials.written.key(own)]);
    if (!ownerOf(state, draft.tenantId, draft.principalId) || revisionOf(compare, deleting) > 0) throw refused('identity-not-found');
    // Another credential of the same owner was written meanwhile: Entra answers so, too. A change of the owner itself does not matter.
    if (guarded !== undefined && guarded !== revisionOf(compare, guard)) throw refused('concurrent-writes');
    guarded = revisionOf(compare, guard);
    const present = state.credentials.read.get(own);
    if (draft.createOnly && present) throw new FederatedCredentialError('name-taken', { principalId: draft.principalId, name: draft.name });
    if (draft.replaces !== undefined && present?.id !== draft.replaces) throw refused('identity-not-found');
    checkAmong(draft, owner.kind, state.credentials.byPrincipal(identity));
    const written = await writeCredential(state, draft, compare);
    if (written) return written;
  }
  throw refused('concurrent-writes');
};

const revisionOf = (compare: readonly Compare[], key: string): number => compare.find((each) => each.key === key)?.modRevision ?? 0;

/** Writes it unless something of what the checks stand on has changed. */
const writeCredential = async (state: State, draft: Draft, compare: readonly Compare[]) => {
  const { credentials, federationGuards, store, clock } = state;
  const id = joined(draft.tenantId, draft.principalId, draft.name);
  const present = credentials.read.get(id);
  const now = clock.date().toISOString();
  const { subject, claimsMatchingExpression, description } = draft;
  const credential: FederatedCredential = {
    id: present?.id ?? newGuid(),
    tenantId: draft.tenantId.toLowerCase(),
    principalId: draft.principalId.toLowerCase(),
    // The name keeps the case in which it was created, as ARM keeps resource names.
    name: present?.name ?? draft.name,
    issuer: draft.issuer,
    ...(claimsMatchingExpression ? { claimsMatchingExpression } : { subject: subject ?? '' }),
    audiences: [...draft.audiences],
    ...(description === undefined ? {} : { description }),
    createdDateTime: present?.createdDateTime ?? now,
    modifiedDateTime: now,
  };
  const put = credentials.written.putOperation(id, credential);
  const identity = joined(draft.tenantId, draft.principalId);
  const { succeeded } = await store.txn(transactionOf([put, federationGuards.putOperation(identity, {})], compare));
  return succeeded ? { credential, created: present === undefined } : undefined;
};

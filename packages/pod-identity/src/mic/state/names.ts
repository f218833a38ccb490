import { createHash } from 'node:crypto';

/** Longest name of a custom resource: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const longest = 253;
const hashLength = 16;

/** Upstream's name of an assigned identity. It is not unique: dashes are allowed in all of its parts, and identities of two namespaces may share a name. */
export const plainName = (pod: { readonly namespace: string; readonly name: string }, identityName: string): string =>
  `${pod.name}-${pod.namespace}-${identityName}`;

/** A name that only this owner gets: the plain one, shortened where need be, with a hash of the owner. */
export const uniqueName = (plain: string, owner: string): string => {
  const hash = createHash('sha256').update(owner).digest('hex').slice(0, hashLength);
  return `${plain.slice(0, longest - hashLength - 1).replace(/[^a-z0-9]+$/, '')}-${hash}`;
};

/** Whether a name can be used as it is. */
export const fits = (plain: string): boolean => plain.length <= longest;

/** One pod's use of one identity: what an assigned identity stands for. No part may hold a slash. */
export const ownerOf = (podKey: string, identityKey: string): string => `${podKey}/${identityKey}`;

import type { AzureAssignedIdentity } from '../../crds/index.ts';
import { resourceOf, type Wanted } from './desired.ts';

interface Version {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

const same = (a: Version | undefined, b: Version): boolean =>
  a !== undefined && a.namespace === b.namespace && a.name === b.name && a.resourceVersion === b.resourceVersion;

/** Whether the object says what is wanted. Against upstream, namespaces and the pod's uid are compared too. */
export const matches = (wanted: Wanted, assigned: AzureAssignedIdentity): boolean =>
  same(assigned.identity, wanted.identity) &&
  same(assigned.binding, wanted.binding) &&
  assigned.pod === wanted.pod.name &&
  assigned.podNamespace === wanted.pod.namespace &&
  assigned.podUid === wanted.pod.uid &&
  assigned.nodeName === wanted.pod.node;

/** Whether nothing that concerns a machine differs: then an object can be brought up to date without assigning anew. */
export const sameAssignment = (wanted: Wanted, assigned: AzureAssignedIdentity): boolean =>
  resourceOf(assigned.identity) === wanted.resourceId && assigned.identity !== undefined && assigned.nodeName === wanted.pod.node;

/** Whether somebody asked for the object's deletion. */
export const isLeaving = ({ object }: AzureAssignedIdentity): boolean => typeof object.metadata['deletionTimestamp'] === 'string';

/** Whether there is nothing to do. */
export const converged = (wanted: Wanted | undefined, assigned: AzureAssignedIdentity | undefined): boolean => {
  if (wanted === undefined || assigned === undefined) return wanted === undefined && assigned === undefined;
  return assigned.status === 'Assigned' && !isLeaving(assigned) && matches(wanted, assigned);
};

/** Changes whenever what is to be done for a key changes. */
export const situation = (wanted: Wanted | undefined, assigned: AzureAssignedIdentity | undefined): string =>
  JSON.stringify([
    wanted && [
      wanted.identity.uid,
      wanted.identity.resourceVersion,
      wanted.binding.uid,
      wanted.binding.resourceVersion,
      wanted.pod.uid,
      wanted.pod.node,
    ],
    wanted?.scaleSet?.id,
    assigned && [assigned.uid, assigned.status, isLeaving(assigned), assigned.nodeName, assigned.podUid],
  ]);

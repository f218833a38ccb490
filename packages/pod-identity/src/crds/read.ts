import { isObject } from '@podpass/kernel';
import { readKubeObject, type KubeObject } from '@podpass/kube-client';
import { members, text, textMap } from './members.ts';
import { invalidResourceId, isIdentityResourceId } from './resource-id.ts';
import {
  identityTypes,
  type AssignedStatus,
  type AzureAssignedIdentity,
  type AzureIdentity,
  type AzureIdentityBinding,
  type IdentityType,
  type Named,
  type Read,
} from './types.ts';
import { behaviorAnnotation, namespacedBehavior, podUidAnnotation } from './wire.ts';

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string' && item !== '') : [];

const named = ({ metadata }: KubeObject): Named => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
  uid: metadata.uid,
  resourceVersion: metadata.resourceVersion,
});

const unnamed = { problem: 'the object has no name, uid or resourceVersion' } as const;

const typeOf = (value: unknown): IdentityType | undefined =>
  value === undefined || value === null ? identityTypes.userAssigned : Object.values(identityTypes).find((type) => type === value);

/** Reads an AzureIdentity. A user-assigned one without a resource id of the right form is refused, as upstream ignores it. */
export const readIdentity = (given: unknown): Read<AzureIdentity> => {
  const object = readKubeObject(given);
  if (object === undefined) return unnamed;
  const spec = members(object['spec']);
  const type = typeOf(spec['type']);
  if (type === undefined) return { problem: `unsupported identity type ${JSON.stringify(spec['type']).slice(0, 32)}` };
  const resourceId = text(spec['resourceID']);
  if (type === identityTypes.userAssigned && !isIdentityResourceId(resourceId)) return { problem: invalidResourceId(resourceId) };
  const password = members(spec['clientPassword']);
  return {
    value: {
      ...named(object),
      type,
      resourceId,
      clientId: text(spec['clientID']),
      tenantId: text(spec['tenantID']),
      auxiliaryTenantIds: texts(spec['auxiliaryTenantIDs']),
      adResourceId: text(spec['adResourceID']),
      adEndpoint: text(spec['adEndpoint']),
      clientPassword: { name: text(password['name']), namespace: text(password['namespace']) },
      namespaced: textMap(object.metadata['annotations'])[behaviorAnnotation] === namespacedBehavior,
      object,
    },
  };
};

/** Reads an AzureIdentityBinding. One without selector or identity binds nothing and is refused. */
export const readBinding = (given: unknown): Read<AzureIdentityBinding> => {
  const object = readKubeObject(given);
  if (object === undefined) return unnamed;
  const spec = members(object['spec']);
  const azureIdentity = text(spec['azureIdentity']);
  const selector = text(spec['selector']);
  if (azureIdentity === '') return { problem: 'spec.azureIdentity names no identity' };
  if (selector === '') return { problem: 'spec.selector is empty: the binding selects nothing' };
  return { value: { ...named(object), azureIdentity, selector, object } };
};

const statusOf = (value: unknown): AssignedStatus | undefined => {
  const status = value === undefined || value === null ? '' : value;
  return (['', 'Created', 'Assigned', 'Unassigned'] as const).find((known) => known === status);
};

/** An embedded copy has its own metadata; one that lacks a uid or version is read all the same. */
const embedded = (value: unknown): unknown => {
  const metadata = members(members(value)['metadata']);
  return isObject(value) ? { ...value, metadata: { uid: '', resourceVersion: '', ...metadata } } : undefined;
};

/** Reads an AzureAssignedIdentity. An unknown status counts as Created: nothing may be handed out on it. */
export const readAssigned = (given: unknown): Read<AzureAssignedIdentity> => {
  const object = readKubeObject(given);
  if (object === undefined) return unnamed;
  const spec = members(object['spec']);
  return {
    value: {
      ...named(object),
      pod: text(spec['pod']),
      podNamespace: text(spec['podNamespace']),
      nodeName: text(spec['nodename']),
      podUid: text(members(object.metadata['annotations'])[podUidAnnotation]),
      status: statusOf(members(object['status'])['status']) ?? 'Created',
      identity: readIdentity(embedded(spec['azureIdentityRef'])).value,
      binding: readBinding(embedded(spec['azureBindingRef'])).value,
      object,
    },
  };
};

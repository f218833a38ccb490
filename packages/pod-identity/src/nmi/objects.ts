import { isObject } from '@podpass/kernel';
import type { KubeObject } from '@podpass/kube-client';
import {
  behaviorAnnotation,
  bindingLabel,
  invalidResourceId,
  isIdentityResourceId,
  members,
  namespacedBehavior,
  podUidAnnotation,
  text,
  textMap,
} from '../crds/index.ts';

/** What NMI keeps of an object. Objects are data from users: every member is checked, nothing throws. */
interface Named {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** `namespace/name`. */
  readonly key: string;
}

export interface PodRecord extends Named {
  readonly labels: Readonly<Record<string, string>>;
  /** Value of the label `aadpodidbinding`; empty when there is none. */
  readonly selector: string;
  readonly hostNetwork: boolean;
  /** Phase Pending or Running, or none yet. */
  readonly alive: boolean;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  /** Name of the ReplicaSet that controls it; empty when none does. */
  readonly replicaSet: string;
}

export interface IdentityRecord extends Named {
  readonly type: number;
  readonly resourceId: string;
  readonly clientId: string;
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly tenantId: string;
  readonly auxiliaryTenantIds: readonly string[];
  readonly adEndpoint: string;
  /** Annotated to serve its own namespace only. */
  readonly namespaced: boolean;
}

export interface BindingRecord extends Named {
  readonly identity: string;
  readonly selector: string;
}

export interface AssignedRecord extends Named {
  /** `namespace/name` of the pod. */
  readonly podKey: string;
  readonly nodeName: string;
  readonly status: string;
  readonly identity: { readonly key: string; readonly type: number; readonly clientId: string; readonly resourceId: string };
  /** `namespace/name` of the binding. */
  readonly bindingKey: string;
  /** The pod that it was made for, when MIC wrote that down. */
  readonly podUid: string;
  readonly createdAt: number;
}

export interface ExceptionRecord extends Named {
  readonly labels: Readonly<Record<string, string>>;
}

const seconds = (metadata: Record<string, unknown>): number => {
  const at = Date.parse(text(metadata['creationTimestamp']));
  return Number.isNaN(at) ? 0 : Math.floor(at / 1_000);
};

const named = ({ metadata }: KubeObject): Named => {
  const namespace = metadata.namespace ?? '';
  return { uid: metadata.uid, namespace, name: metadata.name, key: `${namespace}/${metadata.name}` };
};

/** The type of an identity; one that is no whole number becomes -1, which nothing serves. */
const typeOf = (spec: Record<string, unknown>): number => {
  const { type = 0 } = spec;
  return typeof type === 'number' && Number.isInteger(type) ? type : -1;
};

const controllingReplicaSet = (metadata: Record<string, unknown>): string => {
  const owners = metadata['ownerReferences'];
  for (const owner of Array.isArray(owners) ? (owners as unknown[]) : [])
    if (isObject(owner) && owner['kind'] === 'ReplicaSet' && owner['controller'] === true) return text(owner['name']);
  return '';
};

export const readPod = (object: KubeObject): PodRecord => {
  const labels = textMap(object.metadata['labels']);
  const phase = text(members(object['status'])['phase']);
  return {
    ...named(object),
    labels,
    selector: labels[bindingLabel] ?? '',
    hostNetwork: members(object['spec'])['hostNetwork'] === true,
    alive: phase === '' || phase === 'Pending' || phase === 'Running',
    createdAt: seconds(object.metadata),
    replicaSet: controllingReplicaSet(object.metadata),
  };
};

export const readIdentity = (object: KubeObject): IdentityRecord => {
  const own = named(object);
  const spec = members(object['spec']);
  const secret = members(spec['clientPassword']);
  const tenants = spec['auxiliaryTenantIDs'];
  return {
    ...own,
    type: typeOf(spec),
    resourceId: text(spec['resourceID']),
    clientId: text(spec['clientID']),
    secret: { namespace: text(secret['namespace']) || own.namespace, name: text(secret['name']) },
    tenantId: text(spec['tenantID']),
    auxiliaryTenantIds: Array.isArray(tenants) ? (tenants as unknown[]).filter((tenant) => typeof tenant === 'string') : [],
    adEndpoint: text(spec['adEndpoint']),
    namespaced: textMap(object.metadata['annotations'])[behaviorAnnotation] === namespacedBehavior,
  };
};

export const readBinding = (object: KubeObject): BindingRecord => {
  const spec = members(object['spec']);
  return { ...named(object), identity: text(spec['azureIdentity']), selector: text(spec['selector']) };
};

/** `namespace/name` of an embedded copy; its namespace is the object's own when the copy names none. */
const refKey = (ref: Record<string, unknown>, own: string): string => {
  const metadata = members(ref['metadata']);
  return `${text(metadata['namespace']) || own}/${text(metadata['name'])}`;
};

export const readAssigned = (object: KubeObject): AssignedRecord => {
  const own = named(object);
  const spec = members(object['spec']);
  const identity = members(spec['azureIdentityRef']);
  const copy = members(identity['spec']);
  return {
    ...own,
    podKey: `${text(spec['podNamespace'])}/${text(spec['pod'])}`,
    nodeName: text(spec['nodename']),
    status: text(members(object['status'])['status']),
    identity: {
      key: refKey(identity, own.namespace),
      type: typeOf(copy),
      clientId: text(copy['clientID']),
      resourceId: text(copy['resourceID']),
    },
    bindingKey: refKey(members(spec['azureBindingRef']), own.namespace),
    podUid: textMap(object.metadata['annotations'])[podUidAnnotation] ?? '',
    createdAt: seconds(object.metadata),
  };
};

export const readException = (object: KubeObject): ExceptionRecord => ({
  ...named(object),
  labels: textMap(members(object['spec'])['podLabels']),
});

/** Why an identity cannot be used, in upstream's words; undefined when it can. */
export const identityFault = ({ type, resourceId }: IdentityRecord): string | undefined => {
  if (type < 0 || type > 2) return `unsupported identity type ${String(type)}`;
  return type !== 0 || isIdentityResourceId(resourceId) ? undefined : invalidResourceId(resourceId);
};

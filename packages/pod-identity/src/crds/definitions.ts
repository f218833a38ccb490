import type { JsonObject } from '@podpass/kernel';
import { group, kinds, version, type PodIdentityKind } from './wire.ts';

/** A Kubernetes object as plain JSON. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
}

const string = (description: string): JsonObject => ({ type: 'string', description });
const int32 = (description: string): JsonObject => ({ type: 'integer', format: 'int32', description });
const metadata: JsonObject = { type: 'object', description: 'Kept for objects of earlier versions; not read.' };
const replicas: JsonObject = { ...int32('Not used.'), nullable: true };
const object = (description: string, properties: JsonObject): JsonObject => ({ type: 'object', description, properties });
const embedded = (description: string): JsonObject => ({
  type: 'object',
  description,
  'x-kubernetes-embedded-resource': true,
  'x-kubernetes-preserve-unknown-fields': true,
});

interface Shape {
  readonly description: string;
  readonly spec: JsonObject;
  readonly status: JsonObject;
  readonly columns: readonly JsonObject[];
}

const age: JsonObject = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const column = (name: string, jsonPath: string): JsonObject => ({ name, type: 'string', jsonPath });

const shapes: Readonly<Record<PodIdentityKind, Shape>> = {
  identity: {
    description: 'An identity of Azure that pods can be bound to.',
    spec: object('Which identity it is.', {
      metadata,
      type: {
        type: 'integer',
        description: '0: user-assigned identity. 1: service principal with a secret. 2: service principal with a certificate.',
      },
      resourceID: string('Resource id of the user-assigned identity.'),
      clientID: string('Client id of the identity or of the service principal.'),
      clientPassword: {
        ...object('Secret that holds the password or certificate of the service principal.', {
          name: string('Name of the secret.'),
          namespace: string('Namespace of the secret.'),
        }),
      },
      tenantID: string('Tenant of the service principal.'),
      auxiliaryTenantIDs: {
        type: 'array',
        nullable: true,
        description: 'Further tenants that tokens are asked of.',
        items: { type: 'string' },
      },
      adResourceID: string('Resource that tokens are for when a request names none.'),
      adEndpoint: string('Authority that issues the tokens of a service principal.'),
      replicas,
    }),
    status: object('Not used.', { metadata, availableReplicas: int32('Not used.') }),
    columns: [column('Type', '.spec.type'), column('ClientID', '.spec.clientID'), age],
  },
  binding: {
    description: 'Binds the pods with one value of the label aadpodidbinding to an identity of the same namespace.',
    spec: object('Which pods get which identity.', {
      metadata,
      azureIdentity: string('Name of the AzureIdentity.'),
      selector: string('Value of the label aadpodidbinding.'),
      weight: { type: 'integer', description: 'Not used.' },
    }),
    status: object('Not used.', { metadata, availableReplicas: int32('Not used.') }),
    columns: [column('AzureIdentity', '.spec.azureIdentity'), column('Selector', '.spec.selector'), age],
  },
  assigned: {
    description: 'Says that a pod uses an identity and how far its assignment to the machine is. Written by MIC alone.',
    spec: object('The pod, its node and copies of what bound it.', {
      metadata,
      azureIdentityRef: embedded('The AzureIdentity as it was.'),
      azureBindingRef: embedded('The AzureIdentityBinding as it was.'),
      pod: string('Name of the pod.'),
      podNamespace: string('Namespace of the pod.'),
      nodename: string('Node of the pod.'),
      replicas,
    }),
    status: object('How far it is.', {
      metadata,
      status: string('Created, Assigned or Unassigned.'),
      availableReplicas: int32('Not used.'),
    }),
    columns: [],
  },
  exception: {
    description: 'Pods with one of its labels reach the metadata service without NMI deciding.',
    spec: object('Which pods are excepted.', {
      metadata,
      podLabels: { type: 'object', description: 'Labels, any one of which excepts a pod.', additionalProperties: { type: 'string' } },
    }),
    status: object('Not used.', { metadata, status: string('Not used.') }),
    columns: [],
  },
};

const definition = (kind: PodIdentityKind): Manifest => {
  const { description, spec, status, columns } = shapes[kind];
  const names = kinds[kind];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved' } },
    spec: {
      group,
      names: { kind: names.kind, listKind: `${names.kind}List`, plural: names.plural, singular: names.singular },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns }),
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description,
              properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec, status },
            },
          },
        },
      ],
    },
  };
};

/** The four CustomResourceDefinitions, apiextensions.k8s.io/v1, in a fixed order. No status subresource: as upstream's. */
export const customResourceDefinitions = (): readonly Manifest[] =>
  (Object.keys(shapes) as PodIdentityKind[]).map((kind) => definition(kind));

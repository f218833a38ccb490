import type { KubeObject } from '@podpass/kube-client';

/** 0 user-assigned identity, 1 service principal with a secret, 2 service principal with a certificate. */
export const identityTypes = { userAssigned: 0, servicePrincipal: 1, servicePrincipalCertificate: 2 } as const;
export type IdentityType = (typeof identityTypes)[keyof typeof identityTypes];

/** Where a custom resource stands, with what a reader needs for comparing and for events. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface AzureIdentity extends Named {
  readonly type: IdentityType;
  /** As written; valid for type 0, may be empty otherwise. */
  readonly resourceId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly auxiliaryTenantIds: readonly string[];
  readonly adResourceId: string;
  readonly adEndpoint: string;
  readonly clientPassword: { readonly name: string; readonly namespace: string };
  /** Whether only pods and bindings of its own namespace may use it. */
  readonly namespaced: boolean;
  readonly object: KubeObject;
}

export interface AzureIdentityBinding extends Named {
  /** Name of the identity, in the binding's namespace. */
  readonly azureIdentity: string;
  /** Compared as a whole with the value of the pods' label; never empty. */
  readonly selector: string;
  readonly object: KubeObject;
}

/** `''` was written by versions before 1.5 and counts as assigned. */
export type AssignedStatus = '' | 'Created' | 'Assigned' | 'Unassigned';

export interface AzureAssignedIdentity extends Named {
  readonly pod: string;
  readonly podNamespace: string;
  readonly nodeName: string;
  /** Empty in objects that upstream's MIC wrote. */
  readonly podUid: string;
  readonly status: AssignedStatus;
  /** The copy of the identity; undefined when it cannot be read. */
  readonly identity: AzureIdentity | undefined;
  readonly binding: AzureIdentityBinding | undefined;
  readonly object: KubeObject;
}

/** What reading gives: the value, or why there is none. Nothing is ever thrown. */
export type Read<T> = { readonly value: T; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: string };

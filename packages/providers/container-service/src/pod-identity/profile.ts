/** One pod identity of a cluster: pods with the selector in their label, in the namespace, may act as the identity. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  /** As the client gave it; the name counts while there is none. */
  readonly bindingSelector: string | undefined;
  readonly identity: { readonly resourceId: string; readonly clientId: string; readonly objectId: string };
  /** `Failed` ones are left out of the cluster until the next update tries again. */
  readonly provisioningState: 'Updating' | 'Assigned' | 'Failed';
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Pods with one of the labels, in the namespace, reach the metadata endpoint without interception. */
export interface PodIdentityException {
  readonly name: string;
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The pod identity add-on of a cluster; there is none while the add-on is off. */
export interface PodIdentityProfile {
  readonly allowKubenet: boolean;
  readonly identities: readonly PodIdentity[];
  readonly exceptions: readonly PodIdentityException[];
}

/** How an entry is called in messages. */
export const entryName = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string => `${namespace}/${name}`;

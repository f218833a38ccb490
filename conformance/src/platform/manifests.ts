/** Manifests that tests apply with kubectl, as objects: JSON is YAML. */
export interface PodOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly serviceAccount: string;
  readonly vaultUrl: string;
  readonly secret: string;
  /** Value of the label that asks for mutation; `undefined` leaves the label out. */
  readonly use?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A pod that reads one secret once and ends. */
export const readerPod = ({ name, namespace = 'default', serviceAccount, vaultUrl, secret, annotations, ...rest }: PodOptions): object => {
  const use = 'use' in rest ? rest.use : 'true';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ...(annotations ? { annotations } : {}),
      labels: { app: name, ...(use === undefined ? {} : { 'azure.workload.identity/use': use }) },
    },
    spec: {
      serviceAccountName: serviceAccount,
      restartPolicy: 'Never',
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      containers: [
        {
          name: 'oidc',
          image: 'ghcr.io/azure/azure-workload-identity/msal-go',
          env: [
            { name: 'KEYVAULT_URL', value: vaultUrl },
            { name: 'SECRET_NAME', value: secret },
          ],
        },
      ],
    },
  };
};

/** A service account; `clientId` undefined leaves the annotation out. */
export const serviceAccount = (name: string, clientId?: string, namespace = 'default'): object => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace, ...(clientId === undefined ? {} : { annotations: { 'azure.workload.identity/client-id': clientId } }) },
});

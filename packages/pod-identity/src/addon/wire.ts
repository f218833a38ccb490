/** Names, labels and arguments of what runs pod identity in a cluster. */

/** Names that AKS gives its own objects, and the label that marks what the add-on manager keeps. */
export const managed = {
  namespace: 'kube-system',
  serviceAccount: 'aad-pod-identity-nmi-service-account',
  role: 'aad-pod-identity-nmi-role',
  roleBinding: 'aad-pod-identity-nmi-binding',
  daemonSet: 'nmi',
  exception: 'aks-addon-exception',
  ownerLabel: 'addonmanager.kubernetes.io/mode',
  ownerValue: 'Reconcile',
  managedByLabel: 'kubernetes.azure.com/managedby',
  managedByValue: 'aks',
} as const;

/** Names of upstream's own manifests: https://azure.github.io/aad-pod-identity/docs/getting-started/installation/ */
export const standard = {
  namespace: 'default',
  nmi: { serviceAccount: 'aad-pod-id-nmi-service-account', role: 'aad-pod-id-nmi-role', binding: 'aad-pod-id-nmi-binding', name: 'nmi' },
  mic: { serviceAccount: 'aad-pod-id-mic-service-account', role: 'aad-pod-id-mic-role', binding: 'aad-pod-id-mic-binding', name: 'mic' },
  exception: 'mic-exception',
  replicas: 2,
} as const;

/** The last release; its images are those that the platform's catalogue stands for. */
export const images = {
  nmi: 'mcr.microsoft.com/oss/azure/aad-pod-identity/nmi:v1.8.17',
  mic: 'mcr.microsoft.com/oss/azure/aad-pod-identity/mic:v1.8.17',
} as const;

/** Ports of the programs' `/healthz` in upstream's manifests; MIC's is the flag's own default. */
export const nmiProbePort = 8085;
export const micProbePort = 8080;

export const nmiLabels = { component: 'nmi', tier: 'node' } as const;
export const micLabels = { component: 'mic', app: 'mic' } as const;

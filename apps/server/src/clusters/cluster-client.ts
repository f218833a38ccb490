import type { WireClient } from '@podpass/http';
import type { Cluster } from '@podpass/kube';
import { createKubeClient, type KubeClient } from '@podpass/kube-client';

/** The API server of a cluster as its administrator sees it; the certificate is issued when it is first needed. */
export const clusterClient = (cluster: Cluster, wire: WireClient): (() => Promise<KubeClient>) => {
  let connecting: Promise<KubeClient> | undefined;
  return () =>
    (connecting ??= cluster.issueClient('podpass:cluster-manager', ['system:masters']).then(({ certificate, privateKey }) =>
      createKubeClient({
        origin: `https://${cluster.spec.fqdn}`,
        wire,
        credential: { clientCertificate: { cert: certificate, key: privateKey } },
        userAgent: 'podpass-cluster-manager',
      }),
    ));
};

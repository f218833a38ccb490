import type { Cluster } from '@podpass/kube';
import { createServiceAccountReader, createWebhookServer, installWebhook, resolveConfig, uninstallWebhook } from '@podpass/webhook';
import type { ClusterParts } from './cluster-parts.ts';

/** As on AKS, where the managed webhook lives among the system's own pods. */
const namespace = 'kube-system';
const serviceName = 'azure-wi-webhook-webhook-service';
const serviceAccount = 'azure-wi-webhook-admin';

export interface RunningWebhook {
  /** Stops serving; the registration stays, so that pods are refused rather than let through unmutated. */
  close(): Promise<void>;
  /** Takes the registration away, then stops serving. */
  remove(): Promise<void>;
}

/**
 * Runs the workload identity webhook for one cluster and registers it there over the Kubernetes API, like any webhook:
 * it reads service accounts with rights of its own, and the API server calls it over HTTPS.
 */
export const startWebhook = async (cluster: Cluster, apiServer: string, parts: ClusterParts): Promise<RunningWebhook> => {
  const { wire, clock, telemetry, tenantId } = parts;
  const [installer, identity, server] = await Promise.all([
    cluster.issueClient('aksService', ['system:masters']),
    cluster.issueClient(`system:serviceaccount:${namespace}:${serviceAccount}`, [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
    ]),
    cluster.issueServer({ dns: [`${serviceName}.${namespace}.svc`] }),
  ]);
  const reader = createServiceAccountReader({
    wire,
    apiServer,
    credential: { clientCertificate: { cert: identity.certificate, key: identity.privateKey } },
    telemetry,
  });
  const webhook = createWebhookServer({
    config: resolveConfig({ tenantId }),
    certificate: { cert: server.certificate, key: server.privateKey },
    serviceAccounts: reader,
    telemetry,
    clock,
  });
  const { port } = await webhook.listen();
  const registration = {
    wire,
    apiServer,
    credential: { clientCertificate: { cert: installer.certificate, key: installer.privateKey } },
    namespace,
    serviceName,
    caBundle: cluster.clientCa,
    addresses: ['127.0.0.1'],
    port,
  };
  await installWebhook(registration);
  reader.start();
  const close = async () => {
    await Promise.all([reader.close(), webhook.close()]);
  };
  return {
    close,
    async remove() {
      await uninstallWebhook(registration);
      await close();
    },
  };
};

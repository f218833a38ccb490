import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { readerPod, serviceAccount } from '../platform/manifests.ts';
import { until } from '../platform/until.ts';

/** Creates the service account and the pod with the official Kubernetes client, and returns the pod's first log line. */
export const runPod = async (input: {
  kubeconfig: string;
  account: string;
  clientId: string;
  vaultUrl: string;
  secret: string;
}): Promise<string> => {
  const config = new KubeConfig();
  config.loadFromString(input.kubeconfig);
  // This client reads its proxy from the kubeconfig only, where kubectl also honours the environment.
  const proxyUrl = process.env['HTTPS_PROXY'];
  if (proxyUrl !== undefined) config.clusters = config.clusters.map((cluster) => ({ ...cluster, proxyUrl }));
  const core = config.makeApiClient(CoreV1Api);
  const namespace = 'default';
  await core.createNamespacedServiceAccount({ namespace, body: serviceAccount(input.account, input.clientId) });
  await core.createNamespacedPod({
    namespace,
    body: readerPod({ name: 'reader', serviceAccount: input.account, vaultUrl: input.vaultUrl, secret: input.secret }),
  });
  return until(
    () => core.readNamespacedPodLog({ namespace, name: 'reader' }).catch(() => ''),
    (log) => log.trim() !== '',
    60,
  );
};

import type { ClusterDescription } from '@podpass/arm';
import type { Cluster } from '@podpass/kube';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * A kubeconfig as AKS hands it out for a cluster with local accounts: one context named like the cluster, and a client
 * certificate of the group `system:masters` (AKS gives both of its credentials that group while Entra integration is off).
 * JSON is YAML, so the document is written as JSON values in YAML's block form where clients and people expect it.
 */
export const kubeconfig = async (
  cluster: Cluster,
  description: ClusterDescription,
  options: { kind: 'user' | 'admin'; serverCa: string },
): Promise<string> => {
  const user = `${options.kind === 'admin' ? 'clusterAdmin' : 'clusterUser'}_${description.resourceGroup}_${description.name}`;
  const { certificate, privateKey } = await cluster.issueClient(options.kind === 'admin' ? 'masterclient' : 'clusterUser', [
    'system:masters',
  ]);
  const name = JSON.stringify(description.name);
  return [
    'apiVersion: v1',
    'kind: Config',
    'preferences: {}',
    `current-context: ${name}`,
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    `    server: https://${description.fqdn}:443`,
    `    certificate-authority-data: ${base64(options.serverCa)}`,
    'contexts:',
    `- name: ${name}`,
    '  context:',
    `    cluster: ${name}`,
    `    user: ${JSON.stringify(user)}`,
    'users:',
    `- name: ${JSON.stringify(user)}`,
    '  user:',
    `    client-certificate-data: ${base64(certificate)}`,
    `    client-key-data: ${base64(privateKey)}`,
    '',
  ].join('\n');
};

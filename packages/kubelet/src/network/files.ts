import { clusterDomain } from './wire.ts';

/** What a kubelet writes for `dnsPolicy: ClusterFirst`: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export const resolvConf = (dns: string, namespace: string): string =>
  `search ${namespace}.svc.${clusterDomain} svc.${clusterDomain} ${clusterDomain}\nnameserver ${dns}\noptions ndots:5\n`;

/** /etc/hosts: the machine's own names and the pod's. */
export const hostsFile = (ip: string, hostname: string): string =>
  [
    '# Written by the kubelet; changes are lost.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    `${ip}\t${hostname}`,
    '',
  ].join('\n');

/** Host names have at most 63 characters; a kubelet cuts the pod's name, and what would then end badly. */
export const hostnameOf = (podName: string): string => podName.slice(0, 63).replace(/[-.]+$/, '');

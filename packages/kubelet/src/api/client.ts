import type { WireClient } from '@podpass/http';
import { createKubeClient, type KubeClient } from '@podpass/kube-client';
import type { PemPair } from '../types.ts';
import { api } from '../wire.ts';

/** The API server as the node's own credential sees it. */
export const createNodeClient = (options: { origin: string; wire: WireClient; credential: PemPair }): KubeClient => {
  const { origin, wire, credential } = options;
  return createKubeClient({
    origin,
    wire,
    credential: { clientCertificate: credential },
    userAgent: 'podpass-kubelet',
    timeout: api.timeout,
    maxBytes: api.maxBytes,
  });
};

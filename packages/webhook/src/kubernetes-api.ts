import type { WireClient } from '@podpass/http';
import { KernelError } from '@podpass/kernel';
import { createKubeClient, isKubeStatus, type ClientCredential, type KubeClient } from '@podpass/kube-client';

export interface ApiConnection {
  readonly wire: WireClient;
  /** Base URL of the API server, for example `https://host:6443`. */
  readonly apiServer: string;
  /** How the webhook shows who it is to an API server. */
  readonly credential: ClientCredential;
  /** CA of the API server in PEM; the platform's when absent. */
  readonly ca?: string;
}

/** Milliseconds: an API server waits no longer for the webhook's own answer. */
const timeout = 10_000;

export const connect = ({ wire, apiServer, credential, ca }: ApiConnection): KubeClient =>
  createKubeClient({ origin: apiServer, wire, credential, userAgent: 'podpass-webhook', timeout, ...(ca === undefined ? {} : { ca }) });

/** What was thrown; the API server's refusal as KernelError `unavailable` that names the status and the server's message. */
export const unexpected = (what: string, thrown: unknown): unknown =>
  isKubeStatus(thrown)
    ? new KernelError('unavailable', `${what} failed with status ${thrown.status}: ${thrown.message}`, { detail: thrown.status })
    : thrown;

import { createListener } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { WebhookConfig } from './config.ts';
import { createWebhookSurface, type ServiceAccounts } from './webhook-surface.ts';

export { createWebhookSurface, type ServiceAccounts, type WebhookSurfaceDeps } from './webhook-surface.ts';

export interface WebhookServerOptions {
  readonly config: WebhookConfig;
  /** The server certificate (leaf first) and its key in PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly serviceAccounts: ServiceAccounts;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Address to listen on; loopback when absent. */
  readonly host?: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Whether `/readyz` answers 200; always when absent. */
  readonly ready?: () => boolean;
}

export interface WebhookServer {
  listen(): Promise<{ port: number }>;
  /** Lets reviews under way finish. */
  close(): Promise<void>;
}

/** The webhook behind HTTPS (TLS 1.3). */
export const createWebhookServer = (options: WebhookServerOptions): WebhookServer => {
  const { certificate, telemetry, clock, host = '127.0.0.1', port = 0 } = options;
  // One object for all names: the listener keeps a TLS context as long as it is given the same certificate.
  const issued = { certificate: certificate.cert, privateKey: certificate.key };
  const listener = createListener({
    surfaces: [createWebhookSurface(options)],
    certificates: { forHost: async () => issued },
    telemetry,
    clock,
    host,
    port,
    minVersion: 'TLSv1.3',
  });
  return { listen: () => listener.listen(), close: () => listener.close() };
};

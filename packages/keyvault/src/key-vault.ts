import type { Envelope } from '@podpass/crypto';
import type { AccessTokenVerifier } from '@podpass/directory';
import type { Surface } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import type { AccessCheck, VaultHost } from './ports.ts';
import { createSecretRepository } from './secrets/repository.ts';
import { createSurface } from './surface.ts';
import { createVaultDirectory } from './vaults/vault-directory.ts';
import { publicCloud, type KeyVaultProfile } from './wire.ts';

export interface KeyVaultOptions {
  readonly store: Store;
  /** Seals secret values at rest. */
  readonly envelope: Envelope;
  readonly verifier: AccessTokenVerifier;
  readonly access: AccessCheck;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** The public cloud's names when absent. */
  readonly profile?: KeyVaultProfile;
}

export interface KeyVault {
  readonly surface: Surface;
  readonly host: VaultHost;
  /** Stops following the store. */
  close(): Promise<void>;
}

/** Loads the vaults from the store and creates the data plane. Finishes purges that a crash interrupted. */
export const createKeyVault = async (options: KeyVaultOptions): Promise<KeyVault> => {
  const profile = options.profile ?? publicCloud;
  const { store, envelope, clock } = options;
  const vaults = await createVaultDirectory({ store, profile });
  const secrets = createSecretRepository({ store, envelope, clock });
  const surface = createSurface({ ...options, profile, vaults, secrets });
  return { surface, host: vaults.host, close: async () => vaults.close() };
};

import type { Caller } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { VaultDescription } from '../ports.ts';
import type { SecretRef, SecretRepository } from '../secrets/repository.ts';
import type { KeyVaultProfile } from '../wire.ts';

/** A request that passed every shared phase: authenticated, routed and allowed. */
export interface Call {
  readonly exchange: Exchange;
  readonly vault: VaultDescription;
  readonly caller: Caller;
  readonly apiVersion: string;
  /** The secret that the path names; its name is empty for operations on the whole vault. */
  readonly secret: SecretRef;
  /** 32 lower-case hexadecimal digits; undefined for the newest version. */
  readonly version: string | undefined;
}

export interface OperationDeps {
  readonly secrets: SecretRepository;
  readonly clock: Clock;
  readonly profile: KeyVaultProfile;
}

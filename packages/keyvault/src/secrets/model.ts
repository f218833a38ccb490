import { isObject } from '@podpass/kernel';

/** What a version carries besides its value. Times are whole seconds since the epoch. */
export interface SecretVersion {
  /** 32 hexadecimal digits. */
  readonly version: string;
  readonly enabled: boolean;
  readonly notBefore?: number;
  readonly expires?: number;
  readonly created: number;
  readonly updated: number;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The head of a secret repeats its newest version, so that a read is one look-up and lists load no versions. */
export interface SecretHead {
  /** The name in the spelling of its creation; look-ups ignore case. */
  readonly name: string;
  readonly latest: SecretVersion;
}

export interface DeletedHead extends SecretHead {
  readonly deletedDate: number;
  /** From this time on the secret counts as purged. */
  readonly scheduledPurgeDate: number;
}

export const isVersion = (value: unknown): value is SecretVersion =>
  isObject(value) && typeof value['version'] === 'string' && typeof value['enabled'] === 'boolean';

export const isHead = (value: unknown): value is SecretHead =>
  isObject(value) && typeof value['name'] === 'string' && isVersion(value['latest']);

export const isDeletedHead = (value: unknown): value is DeletedHead =>
  isHead(value) && 'scheduledPurgeDate' in value && typeof value.scheduledPurgeDate === 'number';

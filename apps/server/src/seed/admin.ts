import { readFile, stat } from 'node:fs/promises';
import { isObject, newGuid, parseJson, randomText } from '@podpass/kernel';
import type { DataFolder } from '../data/folder.ts';
import { writeFileWhole } from '../data/write-file.ts';
import { StartFailure } from '../start/failure.ts';
import { newPassword, secretAlphabet } from './password.ts';

/** The first tenant, its subscription, its administrator and its automation principal. The file is the only place that holds the passwords. */
export interface Admin {
  readonly tenantId: string;
  readonly tenantDomain: string;
  readonly subscriptionId: string;
  readonly userPrincipalName: string;
  readonly password: string;
  readonly servicePrincipal: { readonly appId: string; readonly secret: string };
}

const domain = 'podpass.onmicrosoft.com';

const isAdmin = (value: unknown): value is Admin =>
  isObject(value) &&
  ['tenantId', 'tenantDomain', 'subscriptionId', 'userPrincipalName', 'password'].every((key) => typeof value[key] === 'string') &&
  isObject(value['servicePrincipal']) &&
  typeof value['servicePrincipal']['appId'] === 'string' &&
  typeof value['servicePrincipal']['secret'] === 'string';

/**
 * Reads the administrator's file, or makes it at first start with random ids and passwords, mode 0600.
 * Throws StartFailure `data-corrupt` when it is damaged or readable by others.
 */
export const loadAdmin = async (folder: DataFolder): Promise<{ admin: Admin; created: boolean }> => {
  const text = await readFile(folder.admin, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const admin = parseJson(text);
    if (!isAdmin(admin))
      throw new StartFailure('data-corrupt', `The file ${folder.admin} is damaged.`, {
        hint: 'Restore it from a backup, or `podpass reset` to start anew.',
      });
    if (((await stat(folder.admin)).mode & 0o077) !== 0)
      throw new StartFailure('data-corrupt', `Others than the owner may read ${folder.admin}.`, { hint: `Run: chmod 600 ${folder.admin}` });
    return { admin, created: false };
  }
  const admin: Admin = {
    tenantId: newGuid(),
    tenantDomain: domain,
    subscriptionId: newGuid(),
    userPrincipalName: `admin@${domain}`,
    password: newPassword(),
    servicePrincipal: { appId: newGuid(), secret: randomText(40, secretAlphabet) },
  };
  await writeFileWhole(folder.admin, `${JSON.stringify(admin, undefined, 2)}\n`);
  return { admin, created: true };
};

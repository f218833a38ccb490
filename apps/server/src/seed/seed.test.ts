import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { createAuthorization, type Authorization } from '@podpass/authorization';
import { directoryRoleTemplates } from '@podpass/directory';
import { createClock, newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Admin } from './admin.ts';
import { newPassword } from './password.ts';
import { seed } from './seed.ts';

const role = directoryRoleTemplates.globalAdministrator.id;
let test: TestArm;
let authorization: Authorization;
let admin: Admin;

beforeEach(async () => {
  test = await createTestArm({
    providers: [],
    access: async ({ store, directory, telemetry }) => {
      authorization = await createAuthorization({ store, directory, clock: createClock(), telemetry });
      return authorization;
    },
  });
  admin = {
    tenantId: newGuid(),
    tenantDomain: 'podpass.onmicrosoft.com',
    subscriptionId: newGuid(),
    userPrincipalName: 'admin@podpass.onmicrosoft.com',
    password: newPassword(),
    servicePrincipal: { appId: newGuid(), secret: 'x'.repeat(40) },
  };
});
afterEach(async () => {
  await authorization.close();
  await test.close();
});

const start = () => seed({ admin, directory: test.directory, authorization, arm: test.arm });
const administrator = () => test.directory.users.byPrincipalName(admin.tenantId, admin.userPrincipalName)!;
const automation = () => test.directory.servicePrincipals.byAppId(admin.tenantId, admin.servicePrincipal.appId)!;
const globalAdministrators = () => test.directory.directoryRoles.ofRole(admin.tenantId, role).map(({ principalId }) => principalId);

describe('the first start', () => {
  it('makes an administrator of the directory and of the subscription, and an automation principal of the subscription only', async () => {
    await start();
    expect(globalAdministrators()).toEqual([administrator().id]);
    expect(test.directory.directoryRoles.ofPrincipal(admin.tenantId, automation().id)).toEqual([]);
    for (const { id } of [administrator(), automation()]) {
      expect(authorization.assignments.listForPrincipal(admin.tenantId, id).map(({ scope }) => scope)).toEqual([
        `/subscriptions/${admin.subscriptionId}`,
      ]);
    }
  });
});

describe('a later start', () => {
  it('changes nothing', async () => {
    await start();
    const { revision } = test.store;
    await start();
    expect(test.store.revision).toBe(revision);
  });

  it('gives the administrator of a folder without directory roles his', async () => {
    await start();
    await test.directory.directoryRoles.remove(admin.tenantId, administrator().id, role);
    await start();
    expect(globalAdministrators()).toEqual([administrator().id]);
  });

  it('does not take back a role that was handed on, nor a password that was changed', async () => {
    await start();
    const heir = await test.directory.users.create({
      tenantId: admin.tenantId,
      userPrincipalName: 'heir@podpass.onmicrosoft.com',
      displayName: 'Heir',
      password: newPassword(),
    });
    await test.directory.directoryRoles.assign(admin.tenantId, heir.id, role);
    await test.directory.directoryRoles.remove(admin.tenantId, administrator().id, role);
    await test.directory.users.setPassword(admin.tenantId, administrator().id, newPassword());
    const { passwordHash } = administrator();
    await start();
    expect(globalAdministrators()).toEqual([heir.id]);
    expect(administrator().passwordHash).toBe(passwordHash);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { createAzWorld, type AzWorld } from './world.ts';

describe.skipIf(!clientsAvailable)('az keyvault', () => {
  let world: AzWorld;
  let vault: string;
  let vaultId: string;

  beforeAll(async () => {
    world = await createAzWorld('az-vault');
    vault = `vault-${world.suffix}`;
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const secret = (verb: string, ...more: string[]) => ['keyvault', 'secret', verb, '--vault-name', vault, ...more];

  it('create with purge protection and RBAC, show, list', async () => {
    const created = await world.az(
      'keyvault',
      'create',
      '-g',
      world.group,
      '-n',
      vault,
      '-l',
      'westeurope',
      '--enable-purge-protection',
      '--enable-rbac-authorization',
    );
    expect(created).toMatchObject({
      name: vault,
      type: 'Microsoft.KeyVault/vaults',
      properties: {
        enablePurgeProtection: true,
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        provisioningState: 'Succeeded',
        vaultUri: `https://${vault}.vault.azure.net/`,
        tenantId: world.platform.admin.tenantId,
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [],
      },
    });
    vaultId = (created as { id: string }).id;
    expect(await world.query('id', 'keyvault', 'show', '-n', vault)).toBe(vaultId);
    expect(await world.query('[].name', 'keyvault', 'list', '-g', world.group)).toBe(JSON.stringify([vault]));
    expect(await world.refused(1, 'keyvault', 'create', '-g', world.group, '-n', vault)).toContain('already exists');
  });

  it.each(['ab', 'a-vault-name-of-25-letters', 'double--hyphen', '1digit', 'ends-'])('the name %s is refused', async (name) => {
    expect(await world.refused(1, 'keyvault', 'create', '-g', world.group, '-n', name)).toContain(
      `(VaultNameNotValid) The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters.`,
    );
  });

  it('the owner of the subscription may not touch secrets without a role', async () => {
    const text = await world.refused(1, ...secret('set', '-n', 's', '--value', 'x'));
    expect(text).toContain('(Forbidden) Caller is not authorized to perform action on resource.');
    expect(text).toContain('Microsoft.KeyVault/vaults/secrets/setSecret/action');
    expect(text).toContain('ForbiddenByRbac');
  });

  it('secrets: set, show, versions, list, delete', async () => {
    const me = await world.query('id', 'ad', 'signed-in-user', 'show');
    await world.az('role', 'assignment', 'create', '--assignee', me, '--role', 'Key Vault Secrets Officer', '--scope', vaultId);
    const first = await world.az(...secret('set', '-n', 'greeting', '--value', 'Hello\\!'));
    expect(first).toMatchObject({
      value: 'Hello\\!',
      name: 'greeting',
      id: expect.stringMatching(new RegExp(`^https://${vault}\\.vault\\.azure\\.net/secrets/greeting/[\\da-f]{32}$`)),
      attributes: { enabled: true, recoveryLevel: 'Recoverable', recoverableDays: 90 },
      tags: { 'file-encoding': 'utf-8' },
    });
    const second = (await world.az(...secret('set', '-n', 'greeting', '--value', 'again', '--content-type', 'text/plain'))) as {
      id: string;
    };
    expect(await world.query('value', ...secret('show', '-n', 'greeting'))).toBe('again');
    expect(await world.query('value', ...secret('show', '-n', 'greeting', '--version', (first as { id: string }).id.slice(-32)))).toBe(
      'Hello\\!',
    );
    expect(await world.query('value', 'keyvault', 'secret', 'show', '--id', second.id)).toBe('again');
    expect(await world.query('length(@)', ...secret('list-versions', '-n', 'greeting'))).toBe('2');
    const listed = await world.az(...secret('list'));
    expect(listed).toMatchObject([{ name: 'greeting', contentType: 'text/plain' }]);
    expect(JSON.stringify(listed)).not.toContain('again');
    await world.az(...secret('delete', '-n', 'greeting'));
    expect(await world.refused(3, ...secret('show', '-n', 'greeting'))).toContain(
      '(SecretNotFound) A secret with (name/id) greeting was not found in this key vault.',
    );
    expect(await world.az(...secret('list'))).toEqual([]);
    expect(await world.refused(1, ...secret('set', '-n', 'greeting', '--value', 'x'))).toContain(
      'is currently in a deleted but recoverable state',
    );
    expect(await world.refused(1, ...secret('purge', '-n', 'greeting'))).toContain('(Forbidden)');
  });

  it('names, values and what is not there', async () => {
    expect(await world.refused(1, ...secret('set', '-n', 'under_score', '--value', 'x'))).toMatch(
      /BadParameter|The request URI contains an invalid name/,
    );
    expect(await world.refused(1, ...secret('set', '-n', 'large', '--value', 'x'.repeat(25_601)))).toContain('(BadParameter)');
    expect(await world.refused(3, ...secret('show', '-n', 'none'))).toContain('(SecretNotFound)');
    expect((await world.raw('keyvault', 'secret', 'show', '--vault-name', `no-${vault}`.slice(0, 24), '-n', 's')).code).not.toBe(0);
  });

  it('disabled, not yet valid: the secret stays unread', async () => {
    await world.az(...secret('set', '-n', 'off', '--value', 'x', '--disabled', 'true'));
    expect(await world.refused(1, ...secret('show', '-n', 'off'))).toContain('Operation get is not allowed on a disabled secret.');
    await world.az(...secret('set', '-n', 'early', '--value', 'x', '--not-before', '2999-01-01T00:00:00Z'));
    expect(await world.refused(1, ...secret('show', '-n', 'early'))).toContain('(Forbidden)');
  });

  it('delete: the vault is held back, its name with it, and purge protection holds', async () => {
    await world.az('keyvault', 'delete', '-n', vault, '-g', world.group);
    expect(await world.az('keyvault', 'list', '-g', world.group)).toEqual([]);
    expect(await world.query('[].name', 'keyvault', 'list-deleted', '--resource-type', 'vault')).toBe(JSON.stringify([vault]));
    expect(await world.refused(1, 'keyvault', 'create', '-g', world.group, '-n', vault)).toContain(
      '(ConflictError) A vault with the same name already exists in deleted state.',
    );
    expect(await world.refused(1, 'keyvault', 'purge', '-n', vault)).toContain(
      "(MethodNotAllowed) Operation 'DeletedVaultPurge' is not allowed.",
    );
  });
});

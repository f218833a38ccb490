import { type ProviderDefinition } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { createAuthorization, type Assignments, type Authorization } from '@podpass/authorization';
import { createClock, newGuid } from '@podpass/kernel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { authorizationProvider } from './index.ts';

const secretsUser = '4633458b-17de-408a-b874-0445c86b69e6';

let test: TestArm;
let authorization: Authorization;
let before: () => Promise<unknown>;
let vault: string;

beforeEach(async () => {
  before = async () => undefined;
  const providers: ProviderDefinition[] = [];
  test = await createTestArm({
    providers,
    access: async ({ store, directory, administrator, telemetry }) => {
      authorization = await createAuthorization({ store, directory, clock: createClock(), telemetry });
      const create: Assignments['create'] = async (wanted) => {
        await before();
        return authorization.assignments.create(wanted);
      };
      providers.push(authorizationProvider({ authorization: { ...authorization, assignments: { ...authorization.assignments, create } } }));
      return { check: ({ caller }) => ({ allowed: caller.objectId === administrator, because: 'test' }), reaches: () => true };
    },
  });
  vault = `${test.home}/resourceGroups/rg1/providers/Microsoft.KeyVault/vaults/v1`;
  await test.seedGroup('rg1');
  await test.seed({ id: vault, name: 'v1', type: 'Microsoft.KeyVault/vaults' });
});
afterEach(async () => {
  await authorization.close();
  await test.close();
});

const assign = (scope: string) => {
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${secretsUser}`;
  const properties = { principalId: newGuid(), principalType: 'ServicePrincipal', roleDefinitionId };
  return test.call('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${newGuid()}`, { properties });
};

it('leaves no assignment for a vault that went while it was made: the next vault of that name would inherit it', async () => {
  before = async () => {
    await test.arm.resources.write([{ remove: vault }]);
    await authorization.assignments.deleteUnder(test.tenantId, vault);
  };
  const answer = await assign(vault);
  expect([answer.status, answer.at('error', 'code')]).toEqual([404, 'ResourceNotFound']);
  expect(authorization.assignments.listAtScope(test.tenantId, vault)).toEqual([]);
});

it.each(['gone', 'going'])('leaves no assignment for a resource group that is %s by the time it is made', async (state) => {
  const group = test.arm.resources.group(test.subscriptionId, 'rg1')!;
  before = async () => {
    await authorization.assignments.deleteUnder(test.tenantId, group.id);
    if (state === 'gone') await test.arm.resources.write([{ remove: vault }, { remove: group.id }]);
    else
      await test.arm.resources.write([
        {
          replace: { ...group, state: { ...group.state, provisioningState: 'Deleting' } },
          revision: test.arm.resources.revision(group.id),
        },
      ]);
  };
  expect((await assign(group.id)).status).toBe(state === 'gone' ? 404 : 409);
  expect(authorization.assignments.listAtScope(test.tenantId, group.id)).toEqual([]);
});

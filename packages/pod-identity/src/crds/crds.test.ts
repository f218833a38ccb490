import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customResourceDefinitions } from './definitions.ts';
import { textMap } from './members.ts';
import { readAssigned, readBinding, readIdentity } from './read.ts';
import { isIdentityResourceId } from './resource-id.ts';

const metadata = { name: 'n', namespace: 'ns', uid: 'u', resourceVersion: '1' };
const resourceID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x';

describe('reading never throws', () => {
  const readers = { readIdentity, readBinding, readAssigned };
  it.each(Object.entries(readers))('%s', (_name, read) => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (spec, status, whole) => {
        expect(read(whole).value === undefined || read(whole).problem === undefined).toBe(true);
        expect(read({ metadata, spec, status })).toBeDefined();
      }),
    );
  });
});

describe('readIdentity refuses', () => {
  it.each([
    ['no metadata', { spec: { resourceID } }, /no name/],
    ['an unknown type', { metadata, spec: { type: 3, resourceID } }, /unsupported identity type 3/],
    ['a type as text', { metadata, spec: { type: '0', resourceID } }, /unsupported identity type/],
    ['no resource id', { metadata, spec: {} }, /must match \/subscriptions\/<subid>/],
  ])('%s', (_name, object, problem) => {
    expect(readIdentity(object).problem).toMatch(problem);
  });
});

it('upstream resource id validity', () => {
  expect(isIdentityResourceId(resourceID)).toBe(true);
  expect(isIdentityResourceId(resourceID.toUpperCase())).toBe(true);
  for (const bad of [
    '',
    'x',
    resourceID.replace('userAssignedIdentities', 'vaults'),
    `${resourceID}/`,
    `${resourceID}/more`,
    `x${resourceID}`,
  ])
    expect(isIdentityResourceId(bad)).toBe(false);
});

it('reads what is well formed', () => {
  const annotations = { 'aadpodidentity.k8s.io/Behavior': 'namespaced' };
  const identity = { metadata: { ...metadata, annotations }, spec: { resourceID, clientID: 'c' } };
  expect(readIdentity(identity).value).toMatchObject({ type: 0, resourceId: resourceID, clientId: 'c', namespaced: true });
  expect(readBinding({ metadata, spec: { azureIdentity: 'n', selector: 's' } }).value).toMatchObject({ azureIdentity: 'n', selector: 's' });
  const assigned = {
    metadata,
    spec: { azureIdentityRef: identity, pod: 'p', podNamespace: 'ns', nodename: 'node' },
    status: { status: 'Assigned' },
  };
  expect(readAssigned(assigned).value).toMatchObject({
    pod: 'p',
    nodeName: 'node',
    status: 'Assigned',
    identity: { clientId: 'c' },
    binding: undefined,
  });
  expect(readAssigned({ metadata }).value?.status).toBe('');
  expect(readAssigned({ metadata, status: { status: 'Whatever' } }).value?.status).toBe('Created');
});

it('maps keep only texts, and know no names but their own', () => {
  const map = textMap({ a: 'b', c: 1, d: null });
  expect({ ...map }).toEqual({ a: 'b' });
  expect([map['toString'], textMap('x')['length'], textMap(null)['a']]).toEqual([undefined, undefined, undefined]);
});

it('four definitions with upstream’s names and printer columns', () => {
  const found = customResourceDefinitions().map((crd) => {
    const spec = crd['spec'] as { versions: { additionalPrinterColumns?: { name: string }[] }[] };
    return [crd.metadata.name, spec.versions[0]?.additionalPrinterColumns?.map(({ name }) => name)];
  });
  expect(found).toEqual([
    ['azureidentities.aadpodidentity.k8s.io', ['Type', 'ClientID', 'Age']],
    ['azureidentitybindings.aadpodidentity.k8s.io', ['AzureIdentity', 'Selector', 'Age']],
    ['azureassignedidentities.aadpodidentity.k8s.io', undefined],
    ['azurepodidentityexceptions.aadpodidentity.k8s.io', undefined],
  ]);
});

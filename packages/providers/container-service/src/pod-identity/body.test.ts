import { ArmError, invalidBody, readBody, type ArmServices } from '@podpass/arm';
import { createTestArm, type TestArm } from '@podpass/arm/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clustersOf, type Cluster } from '../cluster.ts';
import { containerServiceProvider } from '../index.ts';
import { podIdentityBody, type PodIdentityBody } from './body.ts';
import { nextPodIdentity } from './next.ts';

let test: TestArm;
let arm: ArmServices;
let cluster: Cluster;

beforeAll(async () => {
  const nothing = async () => undefined;
  const host = { kubernetesVersion: '1.35.2', create: nothing, update: nothing, delete: nothing, rotateSigningKeys: nothing };
  const provider = containerServiceProvider({ clusters: { ...host, kubeconfig: async () => '' } });
  const spy = { namespace: 'Test', types: [], recover: async (services: ArmServices) => void (arm = services) };
  test = await createTestArm({ providers: [provider, spy] });
  await test.seedGroup('rg1');
  const path = `${test.home}/resourcegroups/rg1/providers/Microsoft.ContainerService/managedClusters/c1`;
  await test.call('PUT', path, { location: 'eastus', identity: { type: 'SystemAssigned' }, properties: {} });
  await test.arm.operations.idle();
  await test.arm.subscriptions.register(test.subscriptionId, 'Microsoft.ContainerService/features/EnablePodIdentityPreview', 'Registered');
  cluster = clustersOf(arm).everywhere()[0]!;
});
afterAll(() => test.close());

const read = (value: unknown): PodIdentityBody => readBody(podIdentityBody, value, invalidBody('InvalidParameter'));

/** What becomes of the JSON: a profile, or the surface's own error. Anything else is thrown. */
const outcomeOf = (json: unknown, creating: boolean) => {
  try {
    return nextPodIdentity(arm, read(json), { cluster, creating });
  } catch (thrown) {
    if (thrown instanceof ArmError) return thrown;
    throw thrown;
  }
};

/** Arbitrary JSON under the names that matter. */
const near = fc.record(
  {
    enabled: fc.oneof(fc.boolean(), fc.jsonValue()),
    allowNetworkPluginKubenet: fc.oneof(fc.boolean(), fc.jsonValue()),
    userAssignedIdentities: fc.oneof(
      fc.array(
        fc.record(
          {
            name: fc.jsonValue(),
            namespace: fc.oneof(fc.constant('ns'), fc.jsonValue()),
            bindingSelector: fc.jsonValue(),
            identity: fc.oneof(fc.jsonValue(), fc.record({ resourceId: fc.jsonValue() })),
          },
          { requiredKeys: [] },
        ),
      ),
      fc.jsonValue(),
    ),
    userAssignedIdentityExceptions: fc.oneof(
      fc.array(
        fc.record(
          {
            name: fc.jsonValue(),
            namespace: fc.oneof(fc.constant('ns'), fc.jsonValue()),
            podLabels: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
          },
          { requiredKeys: [] },
        ),
      ),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);

describe('reading a profile', () => {
  it('ends with a profile or the surface’s own error, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), fc.boolean(), (json, creating) => {
        const outcome = outcomeOf(json, creating);
        const keys = outcome instanceof ArmError ? [] : (outcome?.exceptions ?? []).flatMap(({ podLabels }) => Object.keys(podLabels));
        expect(outcome instanceof ArmError ? outcome.status : 400).toBe(400);
        expect(keys.filter((key) => key.length > 317)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('finds members whatever their case, and passes over what is read-only', () => {
    const identity = { resourceId: '/x', clientId: 1, objectId: null };
    const given = {
      Enabled: true,
      UserAssignedIdentities: [{ Namespace: 'ns', identity, provisioningState: 'Assigned', provisioningInfo: {} }],
    };
    expect(read(given)).toMatchObject({
      enabled: true,
      userAssignedIdentities: [{ name: undefined, namespace: 'ns', identity: { resourceId: '/x' } }],
    });
  });

  it('takes the longest names that Kubernetes takes', () => {
    const name = Array.from({ length: 4 }, () => 'a'.repeat(62)).join('.');
    const key = `${name}/${'k'.repeat(63)}`;
    const exception = { name, namespace: 'n'.repeat(63), podLabels: { [key]: 'v'.repeat(63), b: '' } };
    expect(read({ userAssignedIdentityExceptions: [exception] }).userAssignedIdentityExceptions).toEqual([exception]);
  });
});

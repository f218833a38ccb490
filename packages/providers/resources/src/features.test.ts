import { createTestArm, type TestArm } from '@podpass/arm/testing';
import { newGuid } from '@podpass/kernel';
import { featureState } from '@podpass/arm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFeaturesProvider } from './index.ts';

let test: TestArm;
let feature: string;
let registration: string;
let delay: number;

beforeEach(async () => {
  delay = 0;
  test = await createTestArm({ providers: [createFeaturesProvider({ delay: () => delay })] });
  const features = `${test.home}/providers/Microsoft.Features`;
  feature = `${features}/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview`;
  registration = `${features}/featureProviders/Microsoft.ContainerService/subscriptionFeatureRegistrations/EnablePodIdentityPreview`;
});
afterEach(() => test.close());

const state = async (path = feature) => (await test.call('GET', path)).at('properties', 'state');
const post = async (verb: 'register' | 'unregister') => (await test.call('POST', `${feature}/${verb}`)).at('properties', 'state');

describe('refused', () => {
  it('an unknown feature, in every operation', async () => {
    for (const [method, path] of [
      ['POST', `${feature}x/register`],
      ['POST', `${feature}x/unregister`],
      ['GET', `${feature}x`],
      ['GET', `${registration}x`],
      ['PUT', `${registration}x`],
      ['DELETE', `${registration}x`],
    ] as const) {
      expect([path, (await test.call(method, path)).at('error', 'code')]).toEqual([path, 'FeatureNotFound']);
    }
  });

  it('callers without roles', async () => {
    for (const [method, path] of [
      ['POST', `${feature}/register`],
      ['PUT', registration],
      ['DELETE', registration],
    ] as const) {
      expect((await test.call(method, path, undefined, { as: newGuid() })).at('error', 'code')).toBe('AuthorizationFailed');
    }
    expect(await state()).toBe('NotRegistered');
  });
});

describe('registering', () => {
  it('is on the way in its own answer, and done in the next one', async () => {
    expect(await state()).toBe('NotRegistered');
    expect([await post('register'), await state(), await post('register')]).toEqual(['Registering', 'Registered', 'Registered']);
    expect([await post('unregister'), await state(), await post('unregister')]).toEqual(['Unregistering', 'Unregistered', 'Unregistered']);
    expect([await post('register'), await state()]).toEqual(['Registering', 'Registered']);
  });

  it('takes as long as it is told to, and asking again does not make it longer', async () => {
    delay = 60_000;
    await post('register');
    test.clock.setOffset(59_000);
    expect([await state(), await post('register')]).toEqual(['Registering', 'Registering']);
    test.clock.setOffset(60_000);
    expect(await state()).toBe('Registered');
    expect(await post('unregister')).toBe('Unregistering');
    expect(await state()).toBe('Unregistering');
    test.clock.setOffset(120_000);
    expect(await state()).toBe('Unregistered');
  });

  it('of one subscription is not that of another, and survives a restart', async () => {
    await post('register');
    const name = { namespace: 'microsoft.containerservice', feature: 'enablepodidentitypreview' };
    test = await test.restart();
    expect(await state()).toBe('Registered');
    const { arm, clock } = test;
    const states = [test.subscriptionId, newGuid()].map((subscriptionId) =>
      featureState({ subscriptions: arm.subscriptions, clock }, { subscriptionId, ...name }),
    );
    expect(states).toEqual(['Registered', 'NotRegistered']);
  });

  it('taken back without having been asked for changes nothing', async () => {
    expect([await post('unregister'), await state()]).toEqual(['NotRegistered', 'NotRegistered']);
  });

  it('is read from data of older versions', async () => {
    await test.arm.subscriptions.register(
      test.subscriptionId,
      'Microsoft.ContainerService/features/EnablePodIdentityPreview',
      'Registered',
    );
    expect(await state()).toBe('Registered');
  });
});

describe('feature registrations', () => {
  it('are the same in another form', async () => {
    const all = `${test.home}/providers/Microsoft.Features/subscriptionFeatureRegistrations`;
    expect((await test.call('GET', all)).body).toEqual({ value: [] });
    expect((await test.call('DELETE', registration)).status).toBe(204);
    const made = await test.call('PUT', registration, {});
    expect([made.status, made.at('properties', 'state'), await state(), await state(registration)]).toEqual([
      200,
      'Registering',
      'Registered',
      'Registered',
    ]);
    for (const list of [all, registration.replace(/\/[^/]+$/, '')]) {
      expect((await test.call('GET', list)).at('value', 0, 'name')).toBe('EnablePodIdentityPreview');
    }
    expect([(await test.call('DELETE', registration)).status, await state()]).toEqual([200, 'Unregistered']);
  });
});

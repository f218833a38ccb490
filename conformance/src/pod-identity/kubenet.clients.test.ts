import { messageOf } from '@podpass/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { until } from '../platform/until.ts';
import { claimsOf, ok } from '../wire/azure.ts';
import { takeOver } from './isolation/programs.ts';
import { createScene, home, podOf, selector, tokenPath, type Scene } from './isolation/scene.ts';
import { allowedCapabilities, constraint, template } from './prevent-net-raw.ts';

const idle = ['import time; print("up", flush=True); time.sleep(600)'];
/** Where a pod's packets go, and whether the node believes whoever says that an address is his. */
const plugins = [
  { plugin: 'kubenet', gateway: '10.244.0.1', gives: true },
  { plugin: 'azure', gateway: '169.254.1.1', gives: false },
] as const;

/** The token in what an attacker printed. */
const stolen = (log: string): Record<string, unknown> => {
  const [, token = ''] = /"access_token":\s*"([^"]+)"/.exec(log) ?? [];
  return token === '' ? {} : claimsOf(token);
};

/**
 * The weakness for which AKS asks for consent before it enables pod identity on kubenet: pods share a bridge, and one that
 * may write raw packets takes another's address by ARP. It is here as it is there, and so is what closes it.
 */
describe.skipIf(!clientsAvailable).each(plugins)(
  'the address of another pod on a cluster with the plugin $plugin',
  ({ plugin, gateway, gives }) => {
    let scene: Scene;
    let victimIp: string;

    beforeAll(async () => {
      scene = await createScene(`spoof-${plugin}`, { kubenet: plugin === 'kubenet', addons: { azurepolicy: { enabled: true } } });
      if (scene.whyNot !== undefined) return;
      // It never asks: whatever is granted to it was the attacker's.
      await scene.cluster.apply(podOf('victim', { labels: { aadpodidbinding: selector }, args: idle }));
      await scene.cluster.logOf('victim', /up/, { namespace: home });
      victimIp = await scene.fieldOf('victim', '.status.podIP');
    });
    afterAll(() => scene?.[Symbol.asyncDispose]());
    beforeEach(({ skip }) => skip(scene.whyNot !== undefined, scene.whyNot));

    const attack = async (name: string, securityContext?: object): Promise<string> => {
      const args = [takeOver, victimIp, gateway, tokenPath, gives ? '8' : '3'];
      await scene.cluster.apply(podOf(name, { args, ...(securityContext === undefined ? {} : { securityContext }) }));
      return (await scene.cluster.logOf(name, /^(?:heard|refused)/m, { namespace: home })).trim();
    };
    const granted = async () =>
      (await scene.audits()).filter(({ source, outcome }) => source === `${home}/victim` && outcome === 'granted').length;

    it('cannot be had without raw sockets', async () => {
      expect(await attack('dropped', { capabilities: { drop: ['NET_RAW'] } })).toBe('refused: no raw sockets');
      expect(await attack('dropped-all', { capabilities: { drop: ['ALL'] } })).toBe('refused: no raw sockets');
      expect(await granted()).toBe(0);
    });

    it(`${gives ? 'can' : 'cannot'} be had with the capabilities that every container has, and with it a token of the identity`, async () => {
      const log = await attack('thief');
      const { appid, oid } = stolen(log);
      // The audit trail believes the address, as NMI does.
      expect({ heard: log.slice(0, 'heard: HTTP/1.1 200'.length), appid, oid, granted: (await granted()) > 0 }).toStrictEqual(
        gives
          ? { heard: 'heard: HTTP/1.1 200', appid: scene.identity.clientId, oid: scene.identity.principalId, granted: true }
          : { heard: 'refused: no answer', appid: undefined, oid: undefined, granted: false },
      );
    });

    describe('the documented mitigation closes it before the pod begins', () => {
      const refusalOf = (...objects: object[]): Promise<string> => scene.cluster.apply(...objects).then(() => '', messageOf);
      const thief = () => refusalOf(podOf(`thief-${String(Date.now())}`, { args: idle }));
      const refused = (text: string) => text !== '';
      const admitted = (text: string) => text === '';

      it('with a constraint in the cluster', async () => {
        await scene.cluster.apply(template);
        expect(await until(() => refusalOf(constraint), admitted, 20)).toBe('');
        expect(await until(thief, refused, 20)).toMatch(
          /admission webhook "validation.gatekeeper.sh" denied the request: \[prevent-net-raw\]/,
        );
        expect(await attack('harmless', { capabilities: { drop: ['NET_RAW'] } })).toBe('refused: no raw sockets');
        await scene.cluster.kubectl('delete', 'k8spspcapabilities', 'prevent-net-raw');
        expect(await until(thief, admitted, 20)).toBe('');
      });

      it('with the built-in Azure policy', async () => {
        const { arm } = scene.world;
        const assignment = `${scene.cluster.id}/providers/Microsoft.Authorization/policyAssignments/no-net-raw?api-version=2022-06-01`;
        const properties = {
          policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${allowedCapabilities}`,
          parameters: { requiredDropCapabilities: { value: ['NET_RAW'] }, effect: { value: 'Deny' } },
        };
        ok(await arm.send('PUT', assignment, { properties }));
        expect(await until(thief, refused, 20)).toMatch(/\[azurepolicy-k8sazurev2containerallowedcapab-[^\]]+\].*NET_RAW/);
        expect(await attack('harmless-too', { capabilities: { drop: ['NET_RAW'] } })).toBe('refused: no raw sockets');
      });
    });
  },
);

import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { createBudget, fromJson } from '../cel/index.ts';
import { compilePolicy } from '../template/policy.ts';
import { parametersOf, runPolicy } from '../template/run.ts';
import { container, pod } from '../testing/builders.ts';
import { allowedCapabilitiesSpec } from './allowed-capabilities.ts';

const source = (allowedCapabilitiesSpec['targets'] as unknown as { code: { source: unknown }[] }[])[0]?.code[0]?.source;
const policy = compilePolicy(source);

const look = (spec: JsonObject, parameters: JsonObject = { requiredDropCapabilities: ['NET_RAW'] }, before?: JsonObject) =>
  runPolicy(
    policy,
    {
      object: fromJson(pod(spec)),
      oldObject: fromJson(before === undefined ? null : pod(before)),
      request: fromJson({ operation: before === undefined ? 'CREATE' : 'UPDATE' }),
      namespaceObject: null,
    },
    { parameters: parametersOf({ spec: { parameters } }), budget: createBudget() },
  );
const drops = (name: string) =>
  `container <${name}> is not dropping all required capabilities. Container must drop all of ["NET_RAW"] or "ALL"`;
const adds = (name: string, allowed: string) => `container <${name}> has a disallowed capability. Allowed capabilities are ${allowed}`;

describe('the policy of allowed capabilities', () => {
  it.each<[string, JsonObject, JsonObject | undefined, readonly string[]]>([
    ['no context', { containers: [container('a')] }, undefined, [drops('a')]],
    ['an empty list', { containers: [container('a', [])] }, undefined, [drops('a')]],
    ['other capabilities', { containers: [container('a', ['CHOWN'])] }, undefined, [drops('a')]],
    ['an init container', { containers: [container('a', ['ALL'])], initContainers: [container('i')] }, undefined, [drops('i')]],
    ['an ephemeral container', { containers: [container('a', ['ALL'])], ephemeralContainers: [container('e')] }, undefined, [drops('e')]],
    ['two containers', { containers: [container('a'), container('b')] }, undefined, [`${drops('a')}\n${drops('b')}`]],
    ['an added capability', { containers: [container('a', ['ALL'], ['SYS_ADMIN'])] }, undefined, [adds('a', '[]')]],
    [
      'one that is not allowed',
      { containers: [container('a', [], ['CHOWN', 'X'])] },
      { allowedCapabilities: ['CHOWN'] },
      [adds('a', '["CHOWN"]')],
    ],
    ['NET_RAW in any case', { containers: [container('a', ['net_raw'])] }, undefined, []],
    ['ALL in any case', { containers: [container('a', ['all'])] }, undefined, []],
    ['an allowed capability', { containers: [container('a', [], ['chown'])] }, { allowedCapabilities: ['CHOWN'] }, []],
    ['everything allowed', { containers: [container('a', [], ['X'])] }, { allowedCapabilities: ['*'] }, []],
    ['an excluded container', { containers: [container('a')] }, { requiredDropCapabilities: ['NET_RAW'], excludedContainers: ['a'] }, []],
    ['an excluded image', { containers: [container('a')] }, { requiredDropCapabilities: ['NET_RAW'], excludedImages: ['busy*'] }, []],
    ['another image', { containers: [container('a')] }, { requiredDropCapabilities: ['NET_RAW'], excludedImages: ['busy'] }, [drops('a')]],
  ])('%s', (_, spec, parameters, expected) => {
    expect(look(spec, parameters)).toEqual(expected);
  });

  it('holds an update against the ephemeral containers that it adds, and nothing else', () => {
    const old = { containers: [container('a')], ephemeralContainers: [container('e')] };
    expect(look(old, undefined, old)).toEqual([]);
    expect(look({ ...old, ephemeralContainers: [container('e'), container('f')] }, undefined, old)).toEqual([drops('f')]);
    expect(look({ ...old, ephemeralContainers: [container('e'), container('f', ['ALL'])] }, undefined, old)).toEqual([]);
  });

  it.each([
    { containers: 'x' },
    { containers: [{}], x: 1 },
    { containers: [{ name: 'a', securityContext: { capabilities: { drop: 'NET_RAW' } } }] },
  ])('refuses %j', (spec) => {
    expect(look(spec as JsonObject).length).toBeGreaterThan(0);
  });
});

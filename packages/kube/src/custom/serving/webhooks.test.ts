import type { WireRequest } from '@podpass/http';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../object/types.ts';
import { world, type FakeWire, type World } from '../../testing/harness.ts';
import { definition, paths, widget } from '../testing.ts';

const requestOf = (request: WireRequest) => (JSON.parse(String(request.body)) as { request: Fields & { uid: string } }).request;
const answering =
  (response: Fields): FakeWire =>
  (request) => ({
    status: 200,
    headers: {},
    body: Buffer.from(
      JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: requestOf(request).uid, ...response },
      }),
    ),
  });

const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } };
const versions = [
  { name: 'v1', served: true, storage: true, schema },
  { name: 'v1beta1', served: true, storage: false, schema },
];

const install = async (at: World, resource: string, over: Fields = {}) => {
  await at.ask('POST', paths.definitions, { body: definition({ spec: { versions } }) });
  const installed = await at.ask('POST', `/apis/admissionregistration.k8s.io/v1/${resource}`, {
    body: {
      metadata: { name: 'hook' },
      webhooks: [
        {
          name: 'hook.example.com',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { url: 'https://hook.example.com/' },
          rules: [{ operations: ['*'], apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['widgets'] }],
          ...over,
        },
      ],
    },
  });
  expect(installed.status, installed.text).toBe(201);
};
const older = '/apis/example.com/v1beta1/namespaces/default/widgets';
const olderWidget = { ...widget('a'), apiVersion: 'example.com/v1beta1' };

describe('webhooks of custom resources', () => {
  it.each([
    ['the version of the rule', paths.widgets, widget('a')],
    ['an equivalent version', older, olderWidget],
  ])('refuse in %s', async (_what, path, body) => {
    await using at = await world({ wire: answering({ allowed: false, status: { message: 'no' } }) });
    await install(at, 'validatingwebhookconfigurations');
    const refused = await at.ask('POST', path, { body });
    expect(refused.status).toBe(400);
    expect(refused.body['message']).toBe('admission webhook "hook.example.com" denied the request: no');
  });

  it('see the version of their rule and are told which one was asked for', async () => {
    await using at = await world({ wire: answering({ allowed: true }) });
    await install(at, 'validatingwebhookconfigurations');
    expect((await at.ask('POST', older, { body: olderWidget })).status).toBe(201);
    const [call] = at.calls;
    expect(call === undefined ? undefined : requestOf(call)).toMatchObject({
      kind: { version: 'v1' },
      requestKind: { version: 'v1beta1' },
      resource: { version: 'v1' },
      requestResource: { version: 'v1beta1', resource: 'widgets' },
      object: { apiVersion: 'example.com/v1', metadata: { name: 'a' } },
    });
  });

  it('are not asked about another version when they want the exact one', async () => {
    await using at = await world({ wire: answering({ allowed: false }) });
    await install(at, 'validatingwebhookconfigurations', { matchPolicy: 'Exact' });
    expect((await at.ask('POST', older, { body: olderWidget })).status).toBe(201);
  });

  it.each([
    ['drop what the schema does not have', 7, 201, { size: 7 }],
    ['are refused what the schema refuses', 'x', 422, undefined],
  ])('change objects and %s', async (_what, value, status, spec) => {
    const operations = [
      { op: 'add', path: '/spec/size', value },
      { op: 'add', path: '/spec/unknown', value: 1 },
    ];
    const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
    await using at = await world({ wire: answering({ allowed: true, patchType: 'JSONPatch', patch }) });
    await install(at, 'mutatingwebhookconfigurations');
    const created = await at.ask('POST', paths.widgets, { body: widget('a') });
    expect(created.status).toBe(status);
    expect(created.body['spec']).toEqual(spec);
  });
});

import type { Exchange } from '@podpass/http';
import { isObject, type JsonObject } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConstraint } from '../constraint/read.ts';
import { createRegistry } from '../control/registry.ts';
import { readTemplate } from '../template/read.ts';
import { code, constraint, container, dropSource, pod, review, template } from '../testing/builders.ts';
import { createGatekeeperSurface } from './surface.ts';

interface World {
  readonly templates?: readonly JsonObject[];
  readonly constraints?: readonly JsonObject[];
  readonly ready?: boolean;
  readonly namespaces?: Readonly<Record<string, JsonObject>>;
}

const setUp = ({ templates = [template()], constraints = [constraint()], ready = true, namespaces = {} }: World = {}) => {
  const registry = createRegistry();
  for (const each of templates) registry.putTemplate(readTemplate(each));
  for (const each of constraints) registry.putConstraint((each['kind'] as string).toLowerCase(), readConstraint(each));
  if (ready) registry.markReady();
  const audited: unknown[] = [];
  const surface = createGatekeeperSurface({
    registry,
    namespace: async (name) => {
      if (name === 'gone') throw new Error('no such namespace');
      return namespaces[name] ?? { metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } };
    },
    telemetry: { ...silentTelemetry(), audit: (event) => void audited.push(event) },
  });
  const send = async (body: unknown, exchange: Partial<Exchange> = {}) => {
    const answer = await surface.handle({
      id: '1',
      method: 'POST',
      host: 'h',
      authority: 'h',
      path: '/v1/admit',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: new AbortController().signal,
      ...exchange,
    });
    const response: Record<string, unknown> = isObject(answer.body) && isObject(answer.body['response']) ? answer.body['response'] : {};
    const message = isObject(response['status']) ? response['status']['message'] : undefined;
    return { status: answer.status, allowed: response['allowed'], message, warnings: response['warnings'], body: answer.body };
  };
  return { send, audited, registry };
};

const bare = pod({ containers: [container('app')] });
const template2 = (source: JsonObject) => [template(code(source))];

describe('what is never let through', () => {
  it.each<[string, unknown, Partial<Exchange>, number]>([
    ['malformed JSON', '{', {}, 400],
    ['another kind', { kind: 'Pod' }, {}, 400],
    ['another version', { ...review(bare), apiVersion: 'admission.k8s.io/v1beta1' }, {}, 400],
    ['no uid', review(bare, { uid: '' }), {}, 400],
    ['no kind', review(bare, { kind: null }), {}, 400],
    ['another method', review(bare), { method: 'GET' }, 405],
    ['another path', review(bare), { path: '/' }, 404],
    ['a namespace that cannot be read', review(bare, { namespace: 'gone' }), {}, 500],
  ])('%s', async (_, body, exchange, status) => {
    const answer = await setUp().send(body, exchange);
    expect([answer.status, answer.allowed]).toEqual([status, undefined]);
  });

  it('anything before the constraints are known, but the definitions that they need', async () => {
    const { send } = setUp({ ready: false });
    const definition = { kind: { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' } };
    expect((await send(review(pod({ containers: [container('app', ['ALL'])] })))).status).toBe(503);
    expect((await send(review({}, { ...definition, userInfo: { groups: ['system:authenticated'] } }))).status).toBe(503);
    expect((await send(review({}, { ...definition, userInfo: { groups: ['system:masters'] } }))).allowed).toBe(true);
    expect((await send('', { path: '/readyz', method: 'GET' })).status).toBe(500);
  });

  it('an object that nests too deeply', async () => {
    let deep: JsonObject = {};
    for (let index = 0; index < 300; index += 1) deep = { deep };
    const answer = await setUp().send(review(pod({ containers: [container('app', ['ALL'])], deep })));
    expect([answer.allowed, answer.message]).toEqual([false, 'the object cannot be checked: the object nests too deeply']);
  });

  it.each<[string, JsonObject]>([
    ['an expression that fails', { validations: [{ expression: 'object.spec.nothing == 1' }] }],
    ['a result that is no bool', { validations: [{ expression: '"yes"' }] }],
    ['a condition that fails', { matchConditions: [{ name: 'a', expression: 'object.nope' }], validations: [{ expression: 'true' }] }],
    ['a variable that fails', { variables: [{ name: 'v', expression: '1 / 0' }], validations: [{ expression: 'variables.v == 1' }] }],
    [
      'too much work',
      {
        failurePolicy: 'Ignore',
        validations: [{ expression: 'lists.range(1000).all(a, lists.range(1000).all(b, lists.range(9).all(c, true)))' }],
      },
    ],
    [
      'too much text',
      {
        validations: [
          {
            expression:
              'lists.range(100000).map(i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").join("").split("").map(c, c + c).join("").size() > 0',
          },
        ],
      },
    ],
    [
      'a chain of variables',
      {
        variables: Array.from({ length: 150 }, (_, index) => ({
          name: `v${index}`,
          expression: index === 0 ? '[1]' : `variables.v${index - 1} + variables.v${index - 1}`,
        })),
        validations: [{ expression: 'variables.v149.size() > 0' }],
      },
    ],
  ])('%s, while other constraints go on', async (_, source) => {
    const other = template(code(dropSource), { metadata: { name: 'other' } });
    const spec = { ...(other['spec'] as JsonObject), crd: { spec: { names: { kind: 'Other' } } } };
    const { send } = setUp({
      templates: [...template2(source), { ...other, spec }],
      constraints: [constraint(), { ...constraint({}, 'second'), kind: 'Other' }],
    });
    const answer = await send(review(bare));
    expect(answer.allowed).toBe(false);
    expect(answer.message).toMatch(/^\[prevent-net-raw\] .*\n\[second\] must drop: app$/);
  });

  it('whatever the object looks like, unless it complies', async () => {
    const { send } = setUp();
    const check = async (containers: unknown) => {
      const answer = await send(review({ kind: 'Pod', metadata: { name: 'a' }, spec: { containers } as JsonObject }));
      const complies = Array.isArray(containers) && containers.length === 0;
      return answer.status === 200 && (answer.allowed === false || complies);
    };
    await expect(fc.assert(fc.asyncProperty(fc.jsonValue(), check), { numRuns: 100 })).resolves.toBeUndefined();
  });
});

describe('templates and constraints at admission', () => {
  const ask = (object: JsonObject, group: string, kind: string) =>
    setUp().send(review(object, { kind: { group, version: 'v1', kind }, namespace: '', name: 'x' }));

  it('refuse Rego with its reason, and take both engines with a warning', async () => {
    const refused = await ask(template({ rego: 'package a' }), 'templates.gatekeeper.sh', 'ConstraintTemplate');
    expect([refused.allowed, refused.message]).toEqual([
      false,
      expect.stringContaining('the template has Rego only, which is not evaluated here'),
    ]);
    const both = await ask(template({ rego: 'package a', ...code(dropSource) }), 'templates.gatekeeper.sh', 'ConstraintTemplate');
    expect([both.allowed, both.warnings]).toEqual([true, ["K8sNativeValidation is evaluated; the template's Rego is not"]]);
  });

  it('refuse constraints that cannot be read', async () => {
    const answer = await ask(constraint({ match: { kind: [] } }), 'constraints.gatekeeper.sh', 'K8sPSPCapabilities');
    expect([answer.allowed, answer.message]).toEqual([false, 'spec.match.kind: is not a field of match']);
    expect((await ask(constraint(), 'constraints.gatekeeper.sh', 'K8sPSPCapabilities')).allowed).toBe(true);
  });
});

describe("the article's pair", () => {
  const { send, audited } = setUp();

  it.each<[string, JsonObject, string]>([
    ['no security context', { containers: [container('app')] }, 'app'],
    ['another capability dropped', { containers: [container('app', ['CHOWN'])] }, 'app'],
    ['an init container', { containers: [container('app', ['NET_RAW'])], initContainers: [container('init')] }, 'init'],
    ['an ephemeral container', { containers: [container('app', ['NET_RAW'])], ephemeralContainers: [container('debug', [])] }, 'debug'],
    ['the second container', { containers: [container('a', ['ALL']), container('b')] }, 'b'],
  ])('refuses %s', async (_, spec, name) => {
    const answer = await send(review(pod(spec)));
    expect([answer.allowed, answer.message]).toEqual([false, `[prevent-net-raw] must drop: ${name}`]);
    expect(audited.at(-1)).toMatchObject({ event: 'policy-review', outcome: 'refused' });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['NET_RAW dropped', { containers: [container('app', ['NET_RAW'])] }, {}],
    ['ALL dropped', { containers: [container('app', ['ALL'])] }, {}],
    ['an excluded namespace', { containers: [container('app')] }, { namespace: 'kube-system' }],
    ['another kind', { containers: [container('app')] }, { kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }],
    ['a deletion', { containers: [container('app')] }, { operation: 'DELETE' }],
  ])('admits %s', async (_, spec, request) => {
    expect((await send(review(pod(spec), request))).allowed).toBe(true);
  });

  it('checks updates, which is how ephemeral containers come', async () => {
    const before = pod({ containers: [container('app', ['ALL'])] });
    const after = pod({ containers: [container('app', ['ALL'])], ephemeralContainers: [container('debug')] });
    const request = { operation: 'UPDATE', subResource: 'ephemeralcontainers', oldObject: before };
    expect((await send(review(after, request))).allowed).toBe(false);
    expect((await send(review(before, request))).allowed).toBe(true);
  });
});

describe('enforcement actions', () => {
  it.each<[JsonObject, boolean, unknown]>([
    [{ enforcementAction: 'warn' }, true, ['[prevent-net-raw] must drop: app']],
    [{ enforcementAction: 'dryrun' }, true, undefined],
    [{ enforcementAction: 'deny' }, false, undefined],
    [
      { enforcementAction: 'scoped', scopedEnforcementActions: [{ action: 'deny', enforcementPoints: [{ name: 'audit.gatekeeper.sh' }] }] },
      true,
      undefined,
    ],
    [{ enforcementAction: 'scoped', scopedEnforcementActions: [{ action: 'deny', enforcementPoints: [{ name: '*' }] }] }, false, undefined],
  ])('%j', async (spec, allowed, warnings) => {
    const answer = await setUp({ constraints: [constraint(spec)] }).send(review(bare));
    expect([answer.allowed, answer.warnings]).toEqual([allowed, warnings]);
  });

  it('follow the failure policy for expressions that fail', async () => {
    const source = {
      failurePolicy: 'Ignore',
      validations: [{ expression: 'object.spec.nothing == 1' }, { expression: 'false', message: 'no' }],
    };
    expect((await setUp({ templates: template2(source) }).send(review(bare))).message).toBe('[prevent-net-raw] no');
  });

  it('fall back to other words when those of the template fail', async () => {
    const send = (validation: JsonObject) => setUp({ templates: template2({ validations: [validation] }) }).send(review(bare));
    expect((await send({ expression: 'false', message: 'plain', messageExpression: 'object.nope' })).message).toBe(
      '[prevent-net-raw] plain',
    );
    expect((await send({ expression: 'false', messageExpression: '1' })).message).toBe('[prevent-net-raw] failed expression: false');
  });

  it('see parameters, the constraint, the request and the namespace', async () => {
    const expression =
      'params.metadata.name == "prevent-net-raw" && variables.params.requiredDropCapabilities == ["NET_RAW"] && request.operation == "CREATE" && namespaceObject.metadata.name == "ns" && oldObject == null';
    expect((await setUp({ templates: template2({ validations: [{ expression }] }) }).send(review(bare))).allowed).toBe(true);
  });
});

import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { allowedCapabilitiesSpec } from '../azure/allowed-capabilities.ts';
import { code, dropSource, template } from '../testing/builders.ts';
import { constraintDefinition } from './definition.ts';
import { readTemplate } from './read.ts';

const source = (change: JsonObject): JsonObject => template(code({ ...dropSource, ...change }));
const names = (change: JsonObject): JsonObject => template(undefined, { spec: { crd: { spec: { names: change } } } });

describe('a template that is refused', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['without a spec', template(undefined, { spec: null }), /an object is required/],
    [
      'of another name',
      template(undefined, { metadata: { name: 'other' } }),
      /not equal to the lowercase of CRD's Kind: k8spspcapabilities/,
    ],
    ['without a kind', names({}), /a kind of letters and digits/],
    ['of a kind that is no name', names({ kind: 'A/b' }), /a kind of letters and digits/],
    ['without targets', template(undefined, { spec: { ...(template()['spec'] as JsonObject), targets: [] } }), /exactly one target/],
    ['for another target', template({ target: 'x' }), /must be admission\.k8s\.gatekeeper\.sh/],
    ['with Rego only', template({ rego: 'package a' }), /Rego only/],
    ['with Rego code only', template({ code: [{ engine: 'Rego', source: { rego: 'package a' } }] }), /Rego only/],
    ['without code', template({}), /a source for the engine K8sNativeValidation/],
    [
      'with CEL twice',
      template({ code: [...(code({})['code'] as JsonObject[]), ...(code({})['code'] as JsonObject[])] }),
      /may occur once/,
    ],
    ['without validations', source({ validations: [] }), /at least one validation/],
    ['with text for validations', source({ validations: 'x' }), /must be a list/],
    ['with an empty expression', source({ validations: [{}] }), /an expression is required/],
    ['with a number for an expression', source({ validations: [{ expression: 1 }] }), /must be a string/],
    ['with broken CEL', source({ validations: [{ expression: 'object.' }] }), /does not compile: it ends too early \(at character 8\)/],
    ['with broken CEL in a message', source({ validations: [{ expression: 'true', messageExpression: '"' }] }), /does not compile/],
    ['with an unknown name', source({ validations: [{ expression: 'authorizer' }] }), /undeclared reference to 'authorizer'/],
    ['with a failure policy that is none', source({ failurePolicy: 'Open' }), /Fail or Ignore/],
    ['with a reserved variable', source({ variables: [{ name: 'params', expression: '1' }] }), /reserved/],
    ['with a prefix that is reserved', source({ variables: [{ name: 'gatekeeper_internal_x', expression: '1' }] }), /reserved/],
    ['with a variable that is no name', source({ variables: [{ name: 'a-b', expression: '1' }] }), /not a valid variable name/],
    [
      'with a variable twice',
      source({
        variables: [
          { name: 'a', expression: '1' },
          { name: 'a', expression: '1' },
        ],
      }),
      /declared twice/,
    ],
    [
      'with variables in a circle',
      source({
        variables: [
          { name: 'a', expression: 'variables.b' },
          { name: 'b', expression: 'variables.a' },
        ],
      }),
      /'variables\.b' is not declared/,
    ],
    [
      'with too many variables',
      source({ variables: Array.from({ length: 201 }, (_, index) => ({ name: `v${index}`, expression: '1' })) }),
      /at most 200/,
    ],
    ['with a bad condition', source({ matchCondition: [{ name: 'a', expression: '(' }] }), /does not compile/],
  ])('%s', (_, object, message) => {
    expect(() => readTemplate(object)).toThrow(message);
  });
});

describe('a template', () => {
  it('is read with its policy, and makes a definition of its constraint kind', () => {
    const read = readTemplate(template());
    expect(read).toMatchObject({ name: 'k8spspcapabilities', kind: 'K8sPSPCapabilities', legacySchema: false, warnings: [] });
    expect(constraintDefinition(read, 'u')).toMatchObject({
      metadata: { name: 'k8spspcapabilities.constraints.gatekeeper.sh', ownerReferences: [{ uid: 'u' }] },
      spec: {
        scope: 'Cluster',
        names: { kind: 'K8sPSPCapabilities', plural: 'k8spspcapabilities', categories: ['constraint', 'constraints'] },
        versions: [
          {
            name: 'v1beta1',
            storage: true,
            schema: {
              openAPIV3Schema: { properties: { spec: { properties: { parameters: { properties: { requiredDropCapabilities: {} } } } } } },
            },
          },
          { name: 'v1alpha1', storage: false },
        ],
      },
    });
  });

  it('of ours compiles', () => {
    const object = { ...template(), metadata: { name: 'k8sazurev2containerallowedcapabilities' }, spec: allowedCapabilitiesSpec };
    expect(readTemplate(object).policy.failClosed).toBe(true);
  });
});

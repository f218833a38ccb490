import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecError } from '../errors.ts';
import { canonicalise } from '../canonical.ts';
import { pruneFields } from '../fields.ts';
import { splitApiVersion } from '../schema.ts';
import { decodeProtobuf } from './index.ts';
import { recordedBodies } from './recorded.fixture.ts';

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
const bytes = (number: number, content: Buffer | string) => {
  const data = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(data.length)]), data]);
};
const scalar = (number: number, value: number) => Buffer.from([...varint(number * 8), ...varint(value)]);
const envelope = (apiVersion: string, kind: string, raw: Buffer, more = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from('k8s\0'), bytes(1, Buffer.concat([bytes(1, apiVersion), bytes(2, kind)])), bytes(2, raw), more]);
const codeOf = (body: Buffer) => {
  try {
    decodeProtobuf(body);
    return 'decoded';
  } catch (thrown) {
    return thrown instanceof CodecError ? thrown.code : String(thrown);
  }
};

describe('decodeProtobuf refuses', () => {
  it.each<[string, Buffer, string]>([
    ['an empty body', Buffer.alloc(0), 'malformed'],
    ['JSON', Buffer.from('{"kind":"Pod"}'), 'malformed'],
    ['another prefix', Buffer.from('k8s\u0001'), 'malformed'],
    ['a kind that is not built in', envelope('example.com/v1', 'Widget', Buffer.alloc(0)), 'unknown-kind'],
    ['a kind in the wrong group', envelope('apps/v1', 'Pod', Buffer.alloc(0)), 'unknown-kind'],
    ['a kind named like a member of Object', envelope('v1', 'constructor', Buffer.alloc(0)), 'unknown-kind'],
    ['custom resource definitions', envelope('apiextensions.k8s.io/v1', 'CustomResourceDefinition', Buffer.alloc(0)), 'unknown-kind'],
    ['more than 3 MiB', Buffer.alloc(3 * 1024 * 1024 + 1), 'too-large'],
    ['a length beyond the end', Buffer.from('6b3873000aff01', 'hex'), 'malformed'],
    ['an endless number', envelope('v1', 'Pod', Buffer.from([0x0a, ...Array<number>(12).fill(0xff)])), 'malformed'],
    ['field number 0', envelope('v1', 'Pod', Buffer.from([0x02, 0x00])), 'malformed'],
    ['a group', envelope('v1', 'Pod', Buffer.from([0x0b])), 'malformed'],
    ['a wrong wire type', envelope('v1', 'Pod', scalar(1, 1)), 'malformed'],
    ['text that is not UTF-8', envelope('v1', 'Pod', bytes(1, bytes(1, Buffer.from([0xc3, 0x28])))), 'malformed'],
    ['a content encoding', envelope('v1', 'Pod', Buffer.alloc(0), bytes(3, 'gzip')), 'malformed'],
    [
      'more values than bytes of sense',
      envelope('v1', 'Pod', bytes(2, Buffer.concat(Array<Buffer>(300_000).fill(bytes(2, ''))))),
      'malformed',
    ],
  ])('%s', (_, body, code) => {
    expect(codeOf(body)).toBe(code);
  });

  it('embedded objects that nest without end', () => {
    let body = envelope('apps/v1', 'ControllerRevision', Buffer.alloc(0));
    for (let depth = 0; depth < 80; depth += 1) body = envelope('apps/v1', 'ControllerRevision', bytes(2, bytes(1, body)));
    expect(codeOf(body)).toBe('malformed');
  });

  it('anything else with a CodecError and nothing but', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(['decoded', 'malformed', 'unknown-kind']).toContain(codeOf(envelope('v1', 'Pod', Buffer.from(noise))));
      }),
    );
  });

  it('or reads every mutilation of a recorded body', () => {
    const originals = recordedBodies.map((body) => Buffer.from(body.base64, 'base64'));
    fc.assert(
      fc.property(fc.constantFrom(...originals), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(), (original, place, value, cut) => {
        const body = Buffer.from(original.subarray(0, 1 + (cut % original.length)));
        body[place % body.length] = value;
        expect(['decoded', 'malformed', 'unknown-kind']).toContain(codeOf(body));
      }),
      { numRuns: 500 },
    );
  });
});

describe('decodeProtobuf reads', () => {
  it.each(recordedBodies.map((body) => [body.kind, body] as const))('what kubectl sends: %s', (_, body) => {
    const { apiVersion, kind, object } = decodeProtobuf(Buffer.from(body.base64, 'base64'));
    expect(object).toEqual(JSON.parse(body.json));
    const gvk = { ...splitApiVersion(apiVersion), kind };
    expect(pruneFields(gvk, object).unknown).toEqual([]);
    expect(canonicalise(gvk, object)).toEqual(object);
  });

  it('zero values as Go prints them: pointers stay, values go', () => {
    const container = Buffer.concat([bytes(1, 'c'), bytes(2, ''), scalar(16, 0), bytes(8, '')]);
    const empty = bytes(1, Buffer.concat([bytes(1, 'e'), bytes(2, bytes(2, ''))]));
    const spec = Buffer.concat([bytes(2, container), scalar(21, 0), scalar(11, 0), scalar(4, 0), empty]);
    expect(decodeProtobuf(envelope('v1', 'Pod', Buffer.concat([bytes(2, spec), bytes(3, '')]))).object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: {
        containers: [{ name: 'c' }],
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: 'e', emptyDir: {} }],
      },
    });
  });

  it('times, quantities, numbers below zero and maps with hostile keys', () => {
    const time = Buffer.concat([scalar(1, 1_763_800_509), scalar(2, 5)]);
    const labels = bytes(11, Buffer.concat([bytes(1, '__proto__'), bytes(2, 'x')]));
    const node = Buffer.concat([
      bytes(1, Buffer.concat([bytes(1, 'n'), bytes(8, time), labels])),
      bytes(3, bytes(1, Buffer.concat([bytes(1, 'cpu'), bytes(2, bytes(1, '2'))]))),
    ]);
    const { object } = decodeProtobuf(envelope('v1', 'Node', node));
    expect(JSON.stringify(object)).toBe(
      '{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","creationTimestamp":"2025-11-22T08:35:09Z","labels":{"__proto__":"x"}},"status":{"capacity":{"cpu":"2"}}}',
    );
    const minus = Buffer.from([0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    expect(
      decodeProtobuf(envelope('scheduling.k8s.io/v1', 'PriorityClass', Buffer.from([0x10, ...minus.subarray(1)]))).object['value'],
    ).toBe(-1);
  });

  it('DeleteOptions of any group', () => {
    const { object } = decodeProtobuf(envelope('apps/v1', 'DeleteOptions', scalar(1, 0)));
    expect(object).toEqual({ apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 });
  });
});

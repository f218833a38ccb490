import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHostileWorld, type HostileWorld, type SurfaceName } from './world.ts';

/** The surfaces that read JSON. */
const readers = ['arm', 'graph', 'keyvault', 'kube'] as const satisfies readonly SurfaceName[];
const depth = 10_000;

/** Bodies that no JSON reader may take, whatever it expects. */
const noJson: readonly (readonly [name: string, body: string | Buffer])[] = [
  ['cut off', '{"location":"west'],
  ['a trailing comma', '{"a":1,}'],
  ['two values', '{} {}'],
  ['single quotes', "{'a':1}"],
  ['NaN', '{"a":NaN}'],
  ['a NUL byte', '{"a":\u0000}'],
  ['an unescaped line break in a string', '{"a":"b\nc"}'],
  ['HTML', '<html></html>'],
  ['random octets', Buffer.from([0xde, 0xad, 0xbe, 0xef, 0x00, 0xff])],
  ['10 000 nested arrays', `${'['.repeat(depth)}${']'.repeat(depth)}`],
  ['10 000 nested objects', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
  ['10 000 brackets that are never closed', '['.repeat(depth)],
];

/** JSON that is no object. */
const noObject: readonly (readonly [name: string, body: string])[] = [
  ['null', 'null'],
  ['an array', '[]'],
  ['a string', '"text"'],
  ['a number', '42'],
  ['true', 'true'],
  ['an empty body', ''],
];

/** The surface's own object with members of the wrong type. */
const wrongTypes: Readonly<Record<(typeof readers)[number], readonly string[]>> = {
  arm: [
    '{"location":1}',
    '{"location":null}',
    '{"location":["westeurope"]}',
    '{"location":{"a":"westeurope"}}',
    '{"location":"westeurope","tags":"x"}',
    '{"location":"westeurope","tags":{"a":1}}',
    '{"location":"westeurope","tags":{"a":{"b":"c"}}}',
    '{"location":"nowhere-at-all"}',
    `{"location":"${'x'.repeat(5000)}"}`,
    '{"location":1e999}',
  ],
  graph: [
    '{"ids":"x"}',
    '{"ids":{}}',
    '{"ids":[1]}',
    '{"ids":[null]}',
    '{"ids":["no-guid"]}',
    '{"ids":[],"types":["x"]}',
    '{"ids":1e999}',
    '{}',
  ],
  keyvault: [
    '{"value":1}',
    '{"value":null}',
    '{"value":{"a":"b"}}',
    '{"value":["x"]}',
    '{}',
    '{"value":"x","tags":[]}',
    '{"value":"x","tags":{"a":1}}',
    '{"value":"x","attributes":{"enabled":"yes"}}',
    '{"value":"x","attributes":{"nbf":"tomorrow"}}',
    '{"value":"x","attributes":{"exp":-1e300}}',
    '{"value":"x","contentType":{}}',
    `{"value":"${'x'.repeat(25_601)}"}`,
  ],
  kube: [
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":"text"}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":1}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":["a"]}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":"a"}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":{}}}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a b":"c"}}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"UPPER CASE"}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{}}',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}',
    '{"apiVersion":"v9","kind":"ConfigMap","metadata":{"name":"a"}}',
    '{"apiVersion":1,"kind":2,"metadata":{"name":"a"}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"..":"x"}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"kube-system"}}',
  ],
};

const magic = Buffer.from('k8s\u0000', 'latin1');
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);
/** The envelope of a protobuf body (runtime.Unknown) around an object of the given type. */
const envelope = (raw: Buffer, { version = 'v1', kind = 'ConfigMap' } = {}): Buffer =>
  Buffer.concat([magic, field(1, Buffer.concat([field(1, Buffer.from(version)), field(2, Buffer.from(kind))])), field(2, raw)]);
const nested = (levels: number): Buffer => {
  let inner: Buffer = Buffer.alloc(0);
  for (let level = 0; level < levels; level += 1) inner = field(1, inner);
  return inner;
};

const noProtobuf: readonly (readonly [name: string, body: Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['no magic', Buffer.from('{"apiVersion":"v1"}')],
  ['the magic alone', magic],
  ['a length beyond the end', Buffer.concat([magic, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])])],
  ['a varint without an end', Buffer.concat([magic, Buffer.alloc(1000, 0xff)])],
  ['groups, which nobody uses', Buffer.concat([magic, Buffer.alloc(1000, 0x0b)])],
  ['field number 0', envelope(Buffer.from([0x02, 0x01, 0x00]))],
  ['an object cut off', envelope(Buffer.from([0x0a, 0x20, 0x41]))],
  ['another wire type for a message', envelope(Buffer.from([0x08, 0x01]))],
  ['a name that is no UTF-8', envelope(field(1, field(1, Buffer.from([0xff, 0xfe, 0xfd]))))],
  ['a kind that does not exist', envelope(Buffer.alloc(0), { kind: 'Nonsense' })],
  ['another kind', envelope(field(1, field(1, Buffer.from('a'))), { kind: 'Secret' })],
  ['10 000 nested messages', envelope(nested(depth))],
  ['random octets', envelope(Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919 + 13) % 256)))],
];

describe('hostile bodies', () => {
  let world: HostileWorld;
  const write = (name: SurfaceName, body: string | Buffer, more: { path?: string; type?: string } = {}) => {
    const good = world.surface(name).write;
    return world.send(name, { method: good.method, path: more.path ?? good.path, type: more.type ?? good.type, body });
  };

  beforeAll(async () => {
    world = await createHostileWorld('hostile-bodies');
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe.each(readers)('%s', (name) => {
    it('takes the good body', async () => {
      const answer = await write(name, world.surface(name).write.body);
      expect(typeof answer === 'string' ? answer : answer.status).toBeOneOf([200, 201]);
    });

    it.each([...noJson, ...noObject])('no JSON object: %s', async (_what, body) => {
      const { status } = world.expectRefusal(name, await write(name, body));
      expect(status).toBe(400);
    });

    it.each(wrongTypes[name].map((body) => [body.slice(0, 90), body] as const))('wrong types: %s', async (_what, body) => {
      const { status } = world.expectRefusal(name, await write(name, body));
      expect([400, 422]).toContain(status);
    });

    const noUtf8 = () => write(name, Buffer.from(world.surface(name).write.body.replace(/"[^"]*"(?=[^"]*$)/, '"\u00ff\u00fe"'), 'latin1'));

    it.skipIf(name === 'kube')('text that is no UTF-8', async () => {
      expect(world.expectRefusal(name, await noUtf8()).status).toBe(400);
    });

    // Go's JSON reader, and so Kubernetes, replaces such octets instead.
    it.skipIf(name !== 'kube')('text that is no UTF-8 is replaced', async () => {
      expect(await noUtf8()).toMatchObject({ status: 201, body: expect.stringContaining('\ufffd') });
    });

    it('members named like a prototype change nothing', async () => {
      const { body } = world.surface(name).write;
      const poisoned = `{"__proto__":{"polluted":"yes","status":599},"constructor":{"prototype":{"polluted":"yes"}},${body.slice(1)}`;
      const answer = await write(name, poisoned);
      if (typeof answer === 'string') throw new Error(answer);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toContain('polluted');
      expect(await world.send(name, {})).toMatchObject({ status: 200, body: expect.not.stringContaining('polluted') });
    });

    it('a member that stands there twice', async () => {
      const { body } = world.surface(name).write;
      const answer = await write(name, `${body.slice(0, -1)},${body.slice(1)}`);
      expect(typeof answer === 'string' ? answer : answer.status).toBeLessThan(500);
    });

    it('still answers, in the same process', () => world.expectAlive(name));
  });

  describe('kube', () => {
    const protobuf = 'application/vnd.kubernetes.protobuf';

    it('takes a good protobuf body', async () => {
      expect(await write('kube', envelope(field(1, field(1, Buffer.from('wire')))), { type: protobuf })).toMatchObject({ status: 201 });
    });

    it.each(noProtobuf)('no protobuf object: %s', async (_what, body) => {
      const { status } = world.expectRefusal('kube', await write('kube', body, { type: protobuf }));
      expect([400, 415, 422]).toContain(status);
    });

    it.each([
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/json-patch+json',
      '; charset=utf-8',
      '\u0001',
    ])('content type %j', async (type) => {
      const answer = await write('kube', 'x', { type });
      expect([400, 415]).toContain(world.expectRefusal('kube', answer).status);
    });

    it.each(
      (
        [
          ['application/json-patch+json', '{"op":"add"}'],
          ['application/json-patch+json', '[{"op":"explode","path":"/x"}]'],
          ['application/json-patch+json', '[{"op":"remove","path":"/not/there"}]'],
          ['application/json-patch+json', '[{"op":"add","path":"no-slash","value":1}]'],
          ['application/json-patch+json', '[{"op":"add","path":"/__proto__/polluted","value":"yes"}]'],
          ['application/json-patch+json', `[${'{"op":"test","path":"/kind","value":"x"},'.repeat(20_000)}{}]`],
          ['application/merge-patch+json', '[]'],
          ['application/merge-patch+json', '{"metadata":'],
          ['application/strategic-merge-patch+json', '{"metadata":"x"}'],
          ['application/strategic-merge-patch+json', '{"metadata":{"$patch":"explode"}}'],
          ['application/apply-patch+yaml', '{"a": &a [*a]}'],
          ['text/plain', '{}'],
        ] as const
      ).map(([type, body]) => [type, body.slice(0, 60), body] as const),
    )('patch %s %s', async (type, _start, body) => {
      const answer = await world.send('kube', { method: 'PATCH', path: '/api/v1/namespaces/default', type, body });
      expect([400, 413, 415, 422]).toContain(world.expectRefusal('kube', answer).status);
      await world.expectAlive('kube');
    });

    it('YAML that grows by aliases', async () => {
      const levels = Array.from(
        { length: 30 },
        (_, index) => `a${index}: &a${index} [${index === 0 ? '"x"' : `*a${index - 1},`.repeat(9).slice(0, -1)}]`,
      );
      world.expectRefusal('kube', await write('kube', levels.join('\n'), { type: 'application/yaml' }));
    });
  });

  describe('sts', () => {
    const path = () => world.surface('sts').write.path;
    const code = (description: string) => expect.stringContaining(`"error_description":"AADSTS${description}`) as string;

    it.each([
      ['JSON instead of a form', 'application/json', '{"grant_type":"client_credentials"}', '900144: '],
      ['text', 'text/plain', 'grant_type=client_credentials', '900144: '],
      ['no content type', '', 'grant_type=client_credentials', '900144: '],
      ['nothing', 'application/x-www-form-urlencoded', '', '900144: '],
      ['only separators', 'application/x-www-form-urlencoded', '&&&===&', '900144: '],
      ['a grant that does not exist', 'application/x-www-form-urlencoded', 'grant_type=__proto__', '70003: '],
      ['the same parameter twice', 'application/x-www-form-urlencoded', 'grant_type=password&grant_type=client_credentials', '9002313: '],
      [
        'thousands of parameters',
        'application/x-www-form-urlencoded',
        Array.from({ length: 3000 }, (_, index) => `a${index}=b`).join('&'),
        '9002313: ',
      ],
      ['no client', 'application/x-www-form-urlencoded', 'grant_type=client_credentials&scope=x/.default', '900144: '],
    ])('%s', async (_what, type, body, description) => {
      const answer = world.expectRefusal(
        'sts',
        await world.send('sts', { method: 'POST', path: path(), type: type === '' ? undefined : type, body }),
      );
      expect(answer).toMatchObject({ status: 400, body: code(description) });
    });

    it('a form that is no UTF-8', async () => {
      const body = Buffer.concat([Buffer.from('grant_type='), Buffer.from([0xff, 0xfe])]);
      const answer = world.expectRefusal(
        'sts',
        await world.send('sts', { method: 'POST', path: path(), type: world.surface('sts').write.type, body }),
      );
      expect(answer).toMatchObject({ status: 400, body: code('9002313: ') });
    });

    it.each([
      ['no token', 'x'],
      ['an empty header', '..'],
      ['dots only', '.'.repeat(1000)],
      [
        'no algorithm',
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"iss":"https://x/","sub":"y"}').toString('base64url')}.`,
      ],
      ['a header nested 10 000 deep', `${Buffer.from('['.repeat(depth)).toString('base64url')}.e30.AA`],
      ['a header that is no object', `${Buffer.from('null').toString('base64url')}.bnVsbA.AA`],
      ['16 KB', 'a'.repeat(16_384)],
      [
        'a key address of the attacker',
        `${Buffer.from('{"alg":"RS256","jku":"https://evil.example/","kid":"../../x"}').toString('base64url')}.e30.AA`,
      ],
    ])('an assertion with %s', async (_what, assertion) => {
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: world.platform.admin.servicePrincipal.appId,
        scope: 'https://vault.azure.net/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      const answer = await world.send('sts', {
        method: 'POST',
        path: path(),
        type: world.surface('sts').write.type,
        body: form.toString(),
      });
      expect([400, 401]).toContain(world.expectRefusal('sts', answer).status);
    });

    it('still answers, in the same process', () => world.expectAlive('sts'));
  });
});

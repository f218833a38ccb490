import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { armHost, call, loginHost, ok, openEdge, tokenFor } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';
import { startPlatform, type Platform } from '../platform/platform.ts';

describe('podpass keys rotate', () => {
  let platform: Platform;
  let edge: Edge;
  beforeAll(async () => {
    platform = await startPlatform('keys');
    edge = await openEdge(platform.data);
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  const published = async (): Promise<string[]> => {
    const path = `/${platform.admin.tenantId}/discovery/v2.0/keys`;
    const { keys } = ok(await call(edge, { method: 'GET', host: loginHost, path })) as unknown as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const kidOf = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>)['kid'];
  const works = async (bearer: string): Promise<number> =>
    (await call(edge, { method: 'GET', host: armHost, path: '/subscriptions?api-version=2022-12-01', bearer })).status;
  const scope = 'https://management.azure.com/.default';

  it('signs with a new key at once; the old one stays published until its tokens have expired', async () => {
    const [first] = await published();
    const before = await tokenFor(edge, platform, scope);
    expect(kidOf(before)).toBe(first);
    const rotated = await platform.podpass('keys', 'rotate', '--output', 'json');
    expect(rotated.code, rotated.stderr).toBe(0);
    const after = await tokenFor(edge, platform, scope);
    expect(kidOf(after)).not.toBe(first);
    expect(await published()).toEqual([kidOf(after), first]);
    expect([await works(before), await works(after)]).toEqual([200, 200]);
    await platform.control('PUT', '/clock', { offsetSeconds: 2 * 86_400 });
    expect(await published()).toEqual([kidOf(after)]);
    await platform.control('PUT', '/clock', { offsetSeconds: 0 });
  });

  it('with --revoke the tokens of the old key are void at once', async () => {
    const before = await tokenFor(edge, platform, scope);
    expect(await works(before)).toBe(200);
    const rotated = await platform.podpass('keys', 'rotate', '--revoke');
    expect(rotated.code, rotated.stderr).toBe(0);
    expect(await works(before)).toBe(401);
    expect(await works(await tokenFor(edge, platform, scope))).toBe(200);
  });

  it('a restart keeps the keys', async () => {
    const before = await published();
    await platform.podpass('down');
    expect((await platform.podpass('up', '--detach')).code).toBe(0);
    edge = await openEdge(platform.data);
    expect(await published()).toEqual(before);
  });
});

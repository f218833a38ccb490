import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

const keys = [
  { kid: 'new', state: 'signing', createdDateTime: '2026-01-02T00:00:00.000Z' },
  { kid: 'old', state: 'published', createdDateTime: '2026-01-01T00:00:00.000Z', retiresDateTime: '2026-01-03T00:00:00.000Z' },
];
const lines = `new  signing, made 2026-01-02T00:00:00.000Z
old  published, made 2026-01-01T00:00:00.000Z, leaves the key set 2026-01-03T00:00:00.000Z
`;

describe('keys', () => {
  test.each([[['keys']], [['keys', 'list', 'all']], [['keys', 'rotate', '--revok']], [['keys', 'rotate', 'old']]])(
    '%j is wrong usage, and rotates nothing',
    async (argv) => {
      await using platform = await fakePlatform();
      expect(await invoke([...argv, '--data', platform.data])).toMatchObject({ status: 2, stdout: '' });
      expect(platform.calls).toEqual([]);
    },
  );

  test('list shows which signs and when the others go', async () => {
    await using platform = await fakePlatform({ answers: { 'GET /keys': { keys } } });
    expect((await invoke(['keys', 'list', '--data', platform.data])).stdout).toBe(lines);
    expect((await invoke(['keys', 'list', '--data', platform.data, '--output', 'json'])).json()).toEqual({ keys });
  });

  test.each([
    [[], '{"revoke":false}', 'Rotated; tokens that were signed before stay valid.\n'],
    [['--revoke'], '{"revoke":true}', 'Rotated; every token that was signed before is void.\n'],
  ])('rotate %j', async (options, body, said) => {
    await using platform = await fakePlatform({ answers: { 'POST /keys/rotate': { keys } } });
    expect(await invoke(['keys', 'rotate', ...options, '--data', platform.data])).toMatchObject({
      status: 0,
      stdout: said + lines,
      stderr: '',
    });
    expect(platform.calls.at(-1)).toMatchObject({ method: 'POST', url: '/keys/rotate', body });
  });
});

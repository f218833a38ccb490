import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

describe('image', () => {
  test('images are mapped, listed and forgotten', async () => {
    await using platform = await fakePlatform();
    const at = ['--data', platform.data];
    expect((await invoke(['image', 'map', ...at, 'reg/app:v1', '--', 'node', 'app.js', '--data', 'x'])).status).toBe(0);
    expect((await invoke(['image', 'list', ...at])).stdout).toBe('example/reader  ->  node reader.js\n');
    expect((await invoke(['image', 'unmap', ...at, 'reg/app:v1'])).status).toBe(0);
    expect(platform.calls.filter(({ url }) => url !== '/status')).toMatchObject([
      { method: 'PUT', url: '/images?image=reg%2Fapp%3Av1', body: '{"command":["node","app.js","--data","x"]}' },
      { method: 'GET', url: '/images' },
      { method: 'DELETE', url: '/images?image=reg%2Fapp%3Av1' },
    ]);
  });
});

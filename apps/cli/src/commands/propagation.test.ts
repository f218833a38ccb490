import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

const platformWith = (federatedCredentials: number) =>
  fakePlatform({ answers: { 'GET /propagation': { federatedCredentials }, 'PUT /propagation': { federatedCredentials } } });

describe('propagation', () => {
  test.each([
    [['--federated-credentials', '601']],
    [['--federated-credentials', '-1']],
    [['--federated-credentials', 'soon']],
    [['--federated-credentials', '1e2']],
    [['--federated-credentials', '']],
    [['--federated-credentials', '5', '--off']],
    [['20']],
  ])('%j is wrong usage, and sets nothing', async (options) => {
    await using platform = await platformWith(0);
    expect(await invoke(['propagation', ...options, '--data', platform.data])).toMatchObject({ status: 2, stdout: '' });
    expect(platform.calls).toEqual([]);
  });

  const atOnce = 'Federated credentials come into force as soon as they are written.\n';
  const after = (seconds: number) => `Federated credentials come into force ${seconds} s after they are written.\n`;

  test.each([
    { options: [], method: 'GET', body: '', delay: 0, stdout: atOnce },
    { options: [], method: 'GET', body: '', delay: 20, stdout: after(20) },
    { options: ['--off'], method: 'PUT', body: '{"federatedCredentials":0}', delay: 0, stdout: atOnce },
    { options: ['--federated-credentials', '2.5'], method: 'PUT', body: '{"federatedCredentials":2.5}', delay: 2.5, stdout: after(2.5) },
  ])('$options with $delay s', async ({ options, method, body, delay, stdout }) => {
    await using platform = await platformWith(delay);
    expect(await invoke(['propagation', ...options, '--data', platform.data])).toMatchObject({ status: 0, stdout, stderr: '' });
    expect(platform.calls.at(-1)).toMatchObject({ method, url: '/propagation', body });
    expect((await invoke(['propagation', ...options, '--data', platform.data, '--output', 'json'])).json()).toEqual({
      federatedCredentials: delay,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { chooseRuntime } from './choose-runtime.ts';
import { probeNamespaces } from './namespace/probe.ts';

const cannot = () => Promise.resolve({ works: false, userNamespace: false, because: 'unshare failed: Operation not permitted' });
const can = () => Promise.resolve({ works: true, userNamespace: false, because: 'root on Linux' });
const mustNotTry = () => Promise.reject(new Error('tried'));

describe('the choice of a runtime', () => {
  it('refuses namespaces where there are none, and says what to do', async () => {
    const choice = chooseRuntime('namespace', cannot);
    await expect(choice).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/Operation not permitted.*root.*process/),
    });
  });
  it('falls back by itself, and says why', async () => {
    expect(await chooseRuntime('auto', cannot)).toStrictEqual({ name: 'process', because: 'unshare failed: Operation not permitted' });
  });
  it('prefers namespaces', async () => {
    expect(await chooseRuntime('auto', can)).toStrictEqual({ name: 'namespace', because: 'root on Linux' });
    expect(await chooseRuntime('namespace', can)).toMatchObject({ name: 'namespace' });
  });
  it('tries nothing when processes are wanted', async () => {
    expect(await chooseRuntime('process', mustNotTry)).toMatchObject({ name: 'process' });
  });
  it('tries once', async () => {
    expect(probeNamespaces()).toBe(probeNamespaces());
    expect((await probeNamespaces()).because).not.toBe('');
  });
});

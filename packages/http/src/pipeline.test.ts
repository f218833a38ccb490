import { describe, expect, it } from 'vitest';
import { PhaseFailure, pipeline } from './pipeline.ts';

describe('pipeline', () => {
  it('refuses phases without a name', () => {
    expect(() => pipeline([() => undefined])).toThrow('needs a name');
  });

  it('names the phase that failed and keeps the cause', async () => {
    const cause = new Error('no');
    const verify = () => Promise.reject(cause);
    await expect(pipeline([verify])({})).rejects.toMatchObject({ name: 'PhaseFailure', phase: 'verify', cause, message: 'verify: no' });
  });

  it('fails when nothing answers', async () => {
    const pass = () => undefined;
    await expect(pipeline([pass])({})).rejects.toBeInstanceOf(PhaseFailure);
  });

  it('runs in order until one answers, and tells the observer', async () => {
    const ran: string[] = [];
    const first = (context: { list: string[] }) => void context.list.push('first') as undefined;
    const second = async () => ({ status: 204 });
    const third = () => ({ status: 500 });
    const run = pipeline([first, second, third], { phase: (name, seconds, failed) => ran.push(`${name} ${failed} ${seconds >= 0}`) });
    const list: string[] = [];
    expect(await run({ list })).toEqual({ status: 204 });
    expect(list).toEqual(['first']);
    expect(ran).toEqual(['first false true', 'second false true']);
  });
});

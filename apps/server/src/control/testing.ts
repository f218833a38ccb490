import type { ControlRoute } from './control.ts';
import { ControlRefusal } from './request.ts';

/** Asks routes as the control interface does, without sockets. What they throw other than a refusal is the test's failure. */
export const asker =
  (routes: readonly ControlRoute[]) =>
  async (method: ControlRoute['method'], target: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }> => {
    const [path = '', search = ''] = target.split('?');
    const route = routes.find((candidate) => candidate.method === method && candidate.path === path);
    if (route === undefined) throw new Error(`There is no ${method} ${path}.`);
    try {
      return { status: 200, body: await route.handle({ query: new URLSearchParams(search), body }) };
    } catch (thrown) {
      if (thrown instanceof ControlRefusal) return { status: thrown.status, body: { error: thrown.message } };
      throw thrown;
    }
  };

import { KernelError } from '@podpass/kernel';
import type { ComponentLaunch } from './types.ts';

/** Where upstream's programs tell their health, and what they say: always with status 200. */
const wire = { path: '/healthz', active: 'Active', inactive: 'Not Active' } as const;

export interface Health {
  /** What `/healthz` says from now on. */
  set(active: boolean): void;
}

/** Port of the flag `--http-probe-port`. Throws KernelError `invalid` for what is none; Go's own text, which upstream ends with. */
const portOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    throw new KernelError('invalid', `Http listen and serve error: listen tcp: address ${text.slice(0, 64)}: invalid port`);
  return port;
};

/**
 * Answers the container's probes as upstream does: `/healthz` is 200 from the start of the program, with `Not Active`
 * until it works; every other path is 404 (https://azure.github.io/aad-pod-identity/docs/configure/feature_flags/).
 * `port` is the flag's text. Throws KernelError `invalid` when that is no port.
 */
export const serveHealth = (launch: Pick<ComponentLaunch, 'answerProbes'>, port: string): Health => {
  let active = false;
  launch.answerProbes(portOf(port), (path) =>
    path.replace(/\?.*$/s, '') === wire.path
      ? { status: 200, body: active ? wire.active : wire.inactive }
      : { status: 404, body: '404 page not found\n' },
  );
  return { set: (now) => void (active = now) };
};

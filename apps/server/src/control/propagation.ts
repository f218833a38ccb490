import type { Directory } from '@podpass/directory';
import type { ControlRoute } from './control.ts';
import { ControlRefusal, readFields } from './request.ts';

/** The longest delay in seconds. */
const longest = 600;

const describe = (propagation: Directory['propagation']) => ({ federatedCredentials: propagation.federatedCredentials() / 1000 });

/** How long written credentials take to come into force: at once by default, a while in Azure. Seconds on this wire. */
export const propagationRoutes = (propagation: Directory['propagation']): readonly ControlRoute[] => [
  { method: 'GET', path: '/propagation', handle: async () => describe(propagation) },
  {
    method: 'PUT',
    path: '/propagation',
    async handle({ body }) {
      const { federatedCredentials: seconds } = readFields(body, ['federatedCredentials']);
      if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= longest))
        throw new ControlRefusal(`federatedCredentials must be a number of seconds from 0 to ${longest}.`);
      await propagation.set({ federatedCredentials: Math.round(seconds * 1000) });
      return describe(propagation);
    },
  },
];

import type { TokenService } from '@podpass/sts';
import type { ControlRoute } from './control.ts';
import { ControlRefusal, readFields } from './request.ts';

/** The token service's signing keys: which there are, and a new one. */
export const keyRoutes = (keys: TokenService['keys']): readonly ControlRoute[] => [
  { method: 'GET', path: '/keys', handle: async () => ({ keys: keys.list() }) },
  {
    method: 'POST',
    path: '/keys/rotate',
    async handle({ body }) {
      const { revoke = false } = readFields(body, ['revoke']);
      if (typeof revoke !== 'boolean') throw new ControlRefusal('revoke must be true or false.');
      return { keys: await keys.rotate({ revoke }) };
    },
  },
];

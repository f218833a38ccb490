import { isObject, type AdjustableClock } from '@podpass/kernel';
import type { ControlRoute } from './control.ts';
import { ControlRefusal } from './request.ts';

const describe = (clock: AdjustableClock) => ({
  now: clock.date().toISOString(),
  offsetSeconds: clock.state.offset / 1000,
  frozen: clock.state.frozenAt !== undefined,
});

/** The longest shift: ten years, in seconds. */
const longest = 10 * 365 * 86_400;

/** Reads, shifts, freezes and resumes the platform's clock. */
export const clockRoutes = (clock: AdjustableClock): readonly ControlRoute[] => [
  { method: 'GET', path: '/clock', handle: async () => describe(clock) },
  {
    method: 'PUT',
    path: '/clock',
    async handle({ body }) {
      if (!isObject(body)) throw new ControlRefusal('Give an object with offsetSeconds, or frozen.');
      const { offsetSeconds, frozen } = body;
      if (offsetSeconds === undefined && frozen === undefined) throw new ControlRefusal('Give offsetSeconds, or frozen.');
      if (offsetSeconds !== undefined) {
        if (typeof offsetSeconds !== 'number' || !Number.isFinite(offsetSeconds) || Math.abs(offsetSeconds) > longest)
          throw new ControlRefusal(`offsetSeconds must be a number between -${longest} and ${longest}.`);
      }
      if (frozen !== undefined && typeof frozen !== 'boolean') throw new ControlRefusal('frozen must be true or false.');
      // Nothing is changed before everything is checked. Resuming sets an offset of its own, so the one that was asked for comes after it.
      if (frozen === false) clock.resume();
      if (offsetSeconds !== undefined) clock.setOffset(offsetSeconds * 1000);
      if (frozen === true) clock.freeze();
      return describe(clock);
    },
  },
];

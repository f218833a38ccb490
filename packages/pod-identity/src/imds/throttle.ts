export interface Throttle {
  /** Takes a place; undefined when the limit is reached. The function gives it back. */
  take(): (() => void) | undefined;
}

/** Milliseconds of the machine's time: limits protect the machine, whatever the platform's clock says. */
const machineTime = (): number => performance.now();

/** A bucket that refills by `perSecond` and holds as many at most, with at most `concurrent` places taken at once. */
export const createThrottle = (
  { perSecond, concurrent = Number.POSITIVE_INFINITY }: { readonly perSecond: number; readonly concurrent?: number },
  now: () => number = machineTime,
): Throttle => {
  let left = perSecond;
  let taken = 0;
  let at = now();
  const giveBack = (): void => {
    taken -= 1;
  };
  return {
    take() {
      const present = now();
      left = Math.min(perSecond, left + ((present - at) / 1_000) * perSecond);
      at = present;
      if (perSecond === Number.POSITIVE_INFINITY) left = perSecond;
      if (left < 1 || taken >= concurrent) return undefined;
      left -= 1;
      taken += 1;
      let given = false;
      return () => {
        if (!given) giveBack();
        given = true;
      };
    },
  };
};

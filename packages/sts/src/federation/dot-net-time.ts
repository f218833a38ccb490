/** The last second that .NET can write, 9999-12-31. */
const last = 253_402_300_799;

/** Seconds since the epoch as .NET writes a time, with seven decimals; the epoch when it is no number. */
export const dotNetTime = (seconds: unknown): string => {
  const bounded = typeof seconds === 'number' && Number.isFinite(seconds) ? Math.min(last, Math.max(0, seconds)) : 0;
  return new Date(bounded * 1000).toISOString().replace('Z', '0000Z');
};

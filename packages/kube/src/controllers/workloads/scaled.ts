/** A count that is a number or a share (`25%`) of a whole; anything else counts as none. `up` rounds shares up. */
export const scaledValue = (value: unknown, whole: number, up: boolean): number => {
  if (typeof value === 'number') return value;
  const share = typeof value === 'string' ? /^(\d{1,9})%$/.exec(value)?.[1] : undefined;
  if (share === undefined) return 0;
  const exact = (Number(share) * whole) / 100;
  return up ? Math.ceil(exact) : Math.floor(exact);
};

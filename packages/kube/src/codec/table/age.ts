const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** `5m3s` from two amounts; the second is left out when zero. */
const pair = (large: number, largeUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${String(large)}${largeUnit}` : `${String(large)}${largeUnit}${String(small)}${smallUnit}`;

/**
 * Seconds as kubectl shows ages: two units while the number is small, one unit later. Source: HumanDuration in
 * k8s.io/apimachinery/pkg/util/duration.
 */
export const humanDuration = (seconds: number): string => {
  const whole = Math.trunc(seconds);
  if (whole < -1) return '<invalid>';
  if (whole <= 0) return '0s';
  if (whole < 2 * minute) return `${String(whole)}s`;
  const minutes = Math.floor(whole / minute);
  if (minutes < 10) return pair(minutes, 'm', whole % minute, 's');
  if (minutes < 180) return `${String(minutes)}m`;
  const hours = Math.floor(whole / hour);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${String(hours)}h`;
  if (hours < 8 * 24) return pair(Math.floor(whole / day), 'd', hours % 24, 'h');
  if (whole < 2 * year) return `${String(Math.floor(whole / day))}d`;
  if (whole < 8 * year) return pair(Math.floor(whole / year), 'y', Math.floor(whole / day) % 365, 'd');
  return `${String(Math.floor(whole / year))}y`;
};

/** The age of an RFC 3339 time at `now` (milliseconds); `<unknown>` when there is none. */
export const ageOf = (time: string, now: number): string => {
  const then = Date.parse(time);
  return Number.isNaN(then) ? '<unknown>' : humanDuration((now - then) / 1000);
};

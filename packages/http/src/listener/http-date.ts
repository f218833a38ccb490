import type { Clock } from '@podpass/kernel';

/** The Date header (RFC 9110 section 6.6.1) by the platform's clock, which may be shifted; made once per second. */
export const httpDate = (clock: Clock): (() => string) => {
  let second: number | undefined;
  let text = '';
  return () => {
    const now = clock.seconds();
    if (now === second) return text;
    second = now;
    return (text = new Date(now * 1000).toUTCString());
  };
};

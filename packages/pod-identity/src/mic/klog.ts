import type { Clock } from '@podpass/kernel';

/** Writes lines as klog does: level, date, time, thread, place, text (https://github.com/kubernetes/klog). */
export interface Klog {
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  fatal(message: string): void;
}

const line = (level: string, date: Date, source: string, message: string): string => {
  const [day = '', time = ''] = date.toISOString().split('T');
  const stamp = `${day.slice(5).replace('-', '')} ${time.slice(0, -1)}000`;
  // One line each, whatever objects carry in their names.
  return `${level}${stamp}       1 ${source}:1] ${message.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}`;
};

/** `source` is the file that lines name; `write` gets them without line end. */
export const createKlog = (options: { clock: Clock; source: string; write: (line: string) => void }): Klog => {
  const { clock, source, write } = options;
  const level = (letter: string) => (message: string) => write(line(letter, clock.date(), source, message));
  return { info: level('I'), warning: level('W'), error: level('E'), fatal: level('F') };
};

import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC in /proc/PID/fdinfo/N. Everything that Node opens for itself has it; of what it was given, only the lowest numbers get it. */
const closeOnExec = 0o2000000;

const passesOn = (descriptor: number): boolean => {
  const [, flags] = /^flags:\s*([0-7]+)$/mu.exec(readFileSync(`/proc/self/fdinfo/${String(descriptor)}`, 'utf8')) ?? [];
  return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
};

/**
 * Closes what whoever started this process left open for it: every program that this process starts would inherit it, and with it,
 * pods. A folder of the machine that a container holds open is a way out of the container. Does nothing where there is no /proc.
 */
export const closeInherited = (): void => {
  let names: readonly string[] = [];
  try {
    names = readdirSync('/proc/self/fd');
  } catch {
    // Not Linux: containers have no file system of their own there.
  }
  for (const descriptor of names.map(Number)) {
    if (descriptor <= 2) continue;
    try {
      if (passesOn(descriptor)) closeSync(descriptor);
    } catch {
      // The descriptor of the listing itself.
    }
  }
};

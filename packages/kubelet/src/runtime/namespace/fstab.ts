/** One line for `mount -a`. */
export interface MountEntry {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

/** Everything that could end a field or a line, or begin something else, as the octal escapes of fstab(5). */
const escaped = (text: string): string =>
  text.replaceAll(/[^A-Za-z0-9/._\-\u0080-\u{10FFFF}]/gu, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

/**
 * The lines of a table for `mount -a -T`. Throws for a path that no table can carry (NUL), or that is not absolute.
 */
export const fstab = (entries: readonly MountEntry[]): string =>
  entries
    .map(({ source, target, type, options }) => {
      if (source.includes('\0') || !target.startsWith('/') || target.includes('\0')) throw new Error('a mount path is not one');
      return `${escaped(source)} ${escaped(target)} ${type} ${options} 0 0\n`;
    })
    .join('');

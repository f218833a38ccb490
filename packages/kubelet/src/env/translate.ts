/** Where the volumes of a container lie on the host: mount path to folder. */
export type MountTable = ReadonlyMap<string, string>;

const normal = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/u, '') : path);

/**
 * The host's place of a path inside the container, when it is a mount path or lies below one; the longest mount path
 * wins. Undefined for every other text. Paths that climb (`..`) are not translated.
 */
export const translate = (text: string, mounts: MountTable): string | undefined => {
  if (!text.startsWith('/') || text.split('/').includes('..')) return undefined;
  let best: [string, string] | undefined;
  for (const [mountPath, folder] of mounts) {
    const at = normal(mountPath);
    const below = text === at || text.startsWith(`${at}/`);
    if (below && (best === undefined || at.length > best[0].length)) best = [at, folder];
  }
  return best && best[1] + text.slice(best[0].length);
};

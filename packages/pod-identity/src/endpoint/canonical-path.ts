/** How often an encoded path is decoded: more layers than any server between a pod and the service would take off. */
const layers = 4;

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    // Broken escapes stay as they are; those around them are still decoded.
    return path.replaceAll(/%[0-7][0-9a-f]/gi, (escape) => String.fromCodePoint(Number.parseInt(escape.slice(1), 16)));
  }
};

/** What no name on the way to a token holds: control characters, spaces, and forms of letters that fold to others. */
const unprintable = /[\p{C}\p{Z}]/gu;

/**
 * What the most forgiving server could take a path for: decoded, compatibility forms folded, in lower case, with slashes of
 * one kind, without empty and dot segments, parameters and control characters. Only for telling tricks; never for routing.
 */
export const canonicalPath = (path: string): string => {
  let decoded = path;
  for (let layer = 0; layer < layers; layer += 1) decoded = decode(decoded);
  const kept: string[] = [];
  for (const segment of decoded.normalize('NFKC').toLowerCase().replaceAll('\\', '/').split('/')) {
    const name = segment.replaceAll(unprintable, '').replace(/[;?#].*$/, '');
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
};

/** Whether the words occur one after the other. In one pass: a pattern with gaps takes time with the cube of the path. */
const holdsInOrder = (text: string, words: readonly string[]): boolean => {
  let from = 0;
  return words.every((word) => {
    const at = text.indexOf(word, from);
    from = at + word.length;
    return at !== -1;
  });
};

/** Whether a path could be taken for a request for a token of an identity, in whatever disguise. */
export const looksLikeIdentityToken = (path: string): boolean => holdsInOrder(canonicalPath(path), ['identity', 'oauth2', 'token']);

/** Whether a path could be taken for NMI's own route for its host. */
export const looksLikeHostToken = (path: string): boolean => canonicalPath(path).startsWith('/host/token');

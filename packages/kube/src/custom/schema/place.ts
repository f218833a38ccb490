/** Names in objects and schemas are the client's, a path names many of them, and an answer names many paths: what is longer is cut. */
const longest = 2_048;

/** The path one step further down; the path as it is once it is too long to be of use. */
export const stepInto = (path: string, step: string): string => (path.length >= longest ? path : `${path}${step}`.slice(0, longest));

/** The path of a member. */
export const memberPath = (path: string, name: string): string => stepInto(path, path === '' ? name : `.${name}`);

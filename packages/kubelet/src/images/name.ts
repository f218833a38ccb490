/** An image name taken apart. */
export interface ImageName {
  /** `registry/repository`, with Docker Hub's defaults filled in. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const pattern = /^([^\s@]+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@([A-Za-z0-9+.-]+:[0-9a-fA-F]{32,}))?$/u;

/** `nginx` → `docker.io/library/nginx`; a first part with a dot, a port or `localhost` is a registry. */
const qualified = (name: string): string => {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return first.includes('.') || first.includes(':') || first === 'localhost' ? name : `docker.io/${name}`;
};

/** Parses an image reference; undefined when it is none. Source: https://github.com/distribution/reference grammar. */
export const parseImageName = (image: string): ImageName | undefined => {
  const [, name = '', tag, digest] = image.length > 500 ? [] : (pattern.exec(image) ?? []);
  if (name === '' || name.startsWith('/') || name.endsWith('/') || name.includes('//')) return undefined;
  return { repository: qualified(name), tag, digest };
};

import { isObject } from '@podpass/kernel';
import type { KubeObject } from './types.ts';

/** The key of a cache: `namespace/name`, `/name` for cluster-wide objects. Neither part may hold a slash. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const isKubeObject = (value: unknown): value is KubeObject => {
  const metadata = isObject(value) ? value['metadata'] : undefined;
  if (!isObject(metadata)) return false;
  const { name, namespace, uid, resourceVersion } = metadata;
  return (
    typeof name === 'string' &&
    typeof uid === 'string' &&
    typeof resourceVersion === 'string' &&
    (namespace === undefined || typeof namespace === 'string')
  );
};

/** The value when it has the metadata that every stored object has; undefined otherwise. */
export const readKubeObject = (value: unknown): KubeObject | undefined => (isKubeObject(value) ? value : undefined);

/** The resourceVersion of an object or list; empty when it has none. */
export const versionOf = (value: unknown): string => {
  const metadata = isObject(value) ? value['metadata'] : undefined;
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : '';
};

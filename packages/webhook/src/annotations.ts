import { isObject } from '@podpass/kernel';
import type { Pod } from './decode-pod.ts';
import { Denied } from './denial.ts';
import { parseInteger } from './parse-int.ts';
import {
  clientIdAnnotation,
  defaultExpiration,
  expirationAnnotation,
  injectProxyAnnotation,
  maxExpiration,
  minExpiration,
  proxyPortAnnotation,
  skipContainersAnnotation,
  tenantIdAnnotation,
} from './wire.ts';

/** An annotation of a pod or service account; undefined when absent. */
const annotation = (object: unknown, key: string): string | undefined => {
  const metadata = isObject(object) ? object['metadata'] : undefined;
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  if (!isObject(annotations) || !Object.hasOwn(annotations, key)) return undefined;
  const value = annotations[key];
  return typeof value === 'string' ? value : undefined;
};

/** Lifetime of the token in seconds: the pod's annotation, else the service account's, else 3600. Empty ones do not count. */
export const expirationOf = (pod: Pod, serviceAccount: unknown): number => {
  const text = annotation(pod, expirationAnnotation) || annotation(serviceAccount, expirationAnnotation);
  if (!text) return defaultExpiration;
  const seconds = parseInteger(text, 64);
  if (seconds < minExpiration || seconds > maxExpiration) {
    throw new Denied(`token expiration ${seconds} not valid. Expected value to be between ${minExpiration} and ${maxExpiration}`);
  }
  return Number(seconds);
};

export const clientIdOf = (serviceAccount: unknown): string => annotation(serviceAccount, clientIdAnnotation) ?? '';

/** The service account's annotation wins by being there, even when it is empty: upstream does so. */
export const tenantIdOf = (serviceAccount: unknown, fallback: string): string => annotation(serviceAccount, tenantIdAnnotation) ?? fallback;

/** Names of the containers to leave alone. */
export const skippedContainers = (pod: Pod): ReadonlySet<string> =>
  new Set((annotation(pod, skipContainersAnnotation) ?? '').split(';').map((name) => name.trim()));

/**
 * Denies a pod that asks for the proxy sidecar, which this release cannot inject; the pod would run without the
 * interception that it relies on. The key's presence asks, whatever its value. Upstream's own checks come first.
 */
export const refuseProxy = (pod: Pod): void => {
  if (annotation(pod, injectProxyAnnotation) === undefined) return;
  if (pod.spec.hostNetwork === true) throw new Denied('hostNetwork is set to true, cannot inject proxy sidecar');
  const port = annotation(pod, proxyPortAnnotation);
  if (port !== undefined) parseInteger(port, 32, 'failed to parse proxy sidecar port: ');
  throw new Denied(
    `the proxy sidecar is not available yet: remove the annotation ${injectProxyAnnotation} and let the application use workload identity itself`,
  );
};

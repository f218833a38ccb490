import { isObject } from '@podpass/kernel';
import { Denied } from './denial.ts';

type Members = Readonly<Record<string, unknown>>;

export interface Container extends Members {
  readonly name?: string;
  readonly env?: readonly Members[] | null;
  readonly volumeMounts?: readonly Members[] | null;
}

/** The parts of a pod that the mutation reads. Everything else is left alone, known or not. */
export interface Pod extends Members {
  readonly metadata?: Members & {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly annotations?: Members | null;
  };
  readonly spec: Members & {
    readonly serviceAccountName?: string;
    readonly hostNetwork?: boolean;
    readonly initContainers?: readonly Container[] | null;
    readonly containers?: readonly Container[] | null;
    readonly volumes?: readonly Members[] | null;
  };
}

const wrong = (path: string, expected: string): Denied => new Denied(`unable to decode the pod: ${path} must be ${expected}`);

const checkType = (holder: Members, path: string, types: Readonly<Record<string, 'string' | 'boolean'>>): void => {
  for (const [member, type] of Object.entries(types)) {
    const value = holder[member];
    if (value !== undefined && value !== null && typeof value !== type) throw wrong(`${path}.${member}`, `a ${type}`);
  }
};

const checkList = (value: unknown, path: string, check: (item: Members, path: string) => void): void => {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) throw wrong(path, 'an array');
  for (const [index, item] of value.entries()) {
    const itemPath = `${path}[${index}]`;
    if (!isObject(item)) throw wrong(itemPath, 'an object');
    check(item, itemPath);
  }
};

const checkNamed = (item: Members, path: string): void => checkType(item, path, { name: 'string' });

const checkContainer = (item: Members, path: string): void => {
  checkNamed(item, path);
  checkList(item['env'], `${path}.env`, checkNamed);
  checkList(item['volumeMounts'], `${path}.volumeMounts`, checkNamed);
};

const checkMetadata = (metadata: unknown): void => {
  if (metadata === undefined) return;
  if (!isObject(metadata)) throw wrong('metadata', 'an object');
  checkType(metadata, 'metadata', { name: 'string', generateName: 'string', namespace: 'string' });
  const { annotations } = metadata;
  if (annotations === undefined || annotations === null) return;
  if (!isObject(annotations)) throw wrong('metadata.annotations', 'an object');
  for (const value of Object.values(annotations))
    if (typeof value !== 'string') throw wrong('metadata.annotations', 'an object of strings');
};

const checkSpec = (spec: unknown): void => {
  if (!isObject(spec)) throw wrong('spec', 'an object');
  checkType(spec, 'spec', { serviceAccountName: 'string', hostNetwork: 'boolean' });
  checkList(spec['initContainers'], 'spec.initContainers', checkContainer);
  checkList(spec['containers'], 'spec.containers', checkContainer);
  checkList(spec['volumes'], 'spec.volumes', checkNamed);
};

const isPod = (object: Members): object is Pod => {
  checkMetadata(object['metadata']);
  checkSpec(object['spec']);
  return true;
};

/** Reads a raw object as a pod without copying it. Throws `Denied` (400) when it is none. */
export const decodePod = (object: unknown): Pod => {
  if (!isObject(object)) throw new Denied("couldn't get version/kind; the object is missing");
  const { apiVersion, kind } = object;
  if (typeof kind !== 'string' || kind === '') throw new Denied("couldn't get version/kind; Object 'Kind' is missing");
  if (typeof apiVersion !== 'string' || apiVersion === '') throw new Denied("couldn't get version/kind; Object 'apiVersion' is missing");
  if (kind !== 'Pod' || apiVersion !== 'v1') {
    throw new Denied(`unable to decode ${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind} into *v1.Pod`);
  }
  if (!isPod(object)) throw new Denied('unable to decode the pod');
  return object;
};

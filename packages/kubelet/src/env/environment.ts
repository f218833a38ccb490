import { namespaceOf, type Container, type EnvFrom, type EnvVar, type KeyRef, type Pod } from '../api/types.ts';
import { fieldValue, resourceValue, type PodAddresses } from './downward.ts';
import { createSizeCount, expand } from './expand.ts';
import { ConfigError, missing, type DataSource } from './sources.ts';

export interface EnvironmentOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly data: DataSource;
  /** What every container finds beneath its own variables. */
  readonly base: Readonly<Record<string, string>>;
  /** Of the pod; the machine's own when absent. */
  readonly addresses?: PodAddresses | undefined;
}

/** A name that a process environment can hold. */
const isName = (name: string): boolean => name !== '' && !/[=\0]/u.test(name);

const fromObject = async ({ pod, data }: EnvironmentOptions, source: EnvFrom): Promise<[string, string][]> => {
  const namespace = namespaceOf(pod);
  const { configMapRef, secretRef, prefix = '' } = source;
  const reference = configMapRef ?? secretRef;
  if (reference === undefined) return [];
  const values =
    configMapRef === undefined ? await data.secret(namespace, reference.name) : await data.configMap(namespace, reference.name);
  if (values === undefined) {
    if (reference.optional === true) return [];
    throw missing(configMapRef === undefined ? 'secret' : 'configmap', reference.name);
  }
  return [...values].flatMap(([key, value]): [string, string][] => (isName(prefix + key) ? [[prefix + key, value.toString('utf8')]] : []));
};

const fromKey = async ({ pod, data }: EnvironmentOptions, reference: KeyRef, kind: 'configMap' | 'secret'): Promise<string | undefined> => {
  const namespace = namespaceOf(pod);
  const values = await data[kind](namespace, reference.name);
  const value = values?.get(reference.key);
  if (value !== undefined) return value.toString('utf8');
  if (reference.optional === true) return undefined;
  if (values === undefined) throw missing(kind === 'secret' ? 'secret' : 'configmap', reference.name);
  throw new ConfigError(
    `couldn't find key ${reference.key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${reference.name}`,
  );
};

const valueOf = async (
  options: EnvironmentOptions,
  variable: EnvVar,
  defined: ReadonlyMap<string, string>,
): Promise<string | undefined> => {
  const { pod, container } = options;
  const from = variable.valueFrom;
  if (from === undefined) return expand(variable.value ?? '', defined);
  if (from.configMapKeyRef !== undefined) return fromKey(options, from.configMapKeyRef, 'configMap');
  if (from.secretKeyRef !== undefined) return fromKey(options, from.secretKeyRef, 'secret');
  const value =
    from.fieldRef === undefined
      ? from.resourceFieldRef && resourceValue(container, from.resourceFieldRef)
      : fieldValue(pod, from.fieldRef.fieldPath, options.addresses);
  if (value === undefined) throw new ConfigError(`the source of environment variable ${variable.name} is not supported`);
  return value;
};

/**
 * The container's environment: the base, `envFrom`, then `env` in order, each able to refer to those before it by
 * `$(NAME)`. Throws ConfigError for a required source that is not there, and for more than a process could be given.
 */
export const buildEnvironment = async (options: EnvironmentOptions): Promise<Map<string, string>> => {
  const { container, base } = options;
  const environment = new Map(Object.entries(base));
  const counted = createSizeCount('variables');
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of await fromObject(options, source)) environment.set(name, counted(value));
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(options, variable, environment);
    if (value !== undefined && isName(variable.name)) environment.set(variable.name, counted(value).replaceAll('\0', ''));
  }
  return environment;
};

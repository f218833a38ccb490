import { isObject, KernelError, type JsonObject } from '@podpass/kernel';
import { pause, type KubeClient } from '@podpass/kube-client';
import type { Registry } from '../control/registry.ts';
import type { Templates } from '../control/templates.ts';
import { applyManifest, deletePath, type Manifest } from '../install/apply.ts';
import type { PolicyConstraint } from '../types.ts';
import { groups, labels, paths, times } from '../wire.ts';
import { allowedCapabilitiesKind, allowedCapabilitiesSpec } from './allowed-capabilities.ts';

/** The templates that come with us, by the kind of their constraints, and what those look at. */
const builtIn: Readonly<Record<string, { readonly spec: JsonObject; readonly kinds: JsonObject[] }>> = {
  [allowedCapabilitiesKind]: { spec: allowedCapabilitiesSpec, kinds: [{ apiGroups: [''], kinds: ['Pod'] }] },
};

const templateOf = (kind: string): Manifest => ({
  apiVersion: `${groups.templates}/v1`,
  kind: 'ConstraintTemplate',
  metadata: { name: kind.toLowerCase(), labels: { ...labels.policy } },
  spec: builtIn[kind]?.spec,
});

const constraintOf = ({ kind, name, parameters, match, enforcementAction, annotations }: PolicyConstraint): Manifest => ({
  apiVersion: `${groups.constraints}/v1beta1`,
  kind,
  metadata: { name, labels: { ...labels.policy }, annotations },
  spec: {
    enforcementAction,
    match: {
      kinds: builtIn[kind]?.kinds,
      excludedNamespaces: match.excludedNamespaces,
      namespaces: match.namespaces,
      labelSelector: match.labelSelector,
    },
    parameters,
  },
});

const isOurs = (object: JsonObject): boolean => {
  const { metadata } = object;
  const own = isObject(metadata) ? metadata['labels'] : undefined;
  return isObject(own) && own['managed-by'] === labels.policy['managed-by'];
};

interface PoliciesDeps {
  readonly client: KubeClient;
  readonly registry: Registry;
  readonly templates: Templates;
  readonly signal: AbortSignal;
}

/** Writes Azure's policies into the cluster as templates and constraints, and takes away what is no longer assigned. */
export const createPolicies = ({ client, registry, templates, signal }: PoliciesDeps) => {
  const until = async (what: string, done: () => boolean): Promise<void> => {
    const end = performance.now() + times.established;
    while (!done()) {
      if (signal.aborted || performance.now() > end) throw new KernelError('unavailable', `${what} did not come into force in time`);
      await pause(times.poll, signal);
    }
  };

  const putTemplate = async (kind: string): Promise<void> => {
    if (builtIn[kind] === undefined) throw new KernelError('invalid', `there is no policy template for ${kind}`);
    await applyManifest(client, templateOf(kind));
    await until(`the template of ${kind}`, () => registry.template(kind.toLowerCase()) !== undefined);
  };

  const putConstraint = async (policy: PolicyConstraint): Promise<void> => {
    const manifest = constraintOf(policy);
    await applyManifest(client, manifest);
    const path = paths.item(paths.constraints(policy.kind.toLowerCase()), policy.name);
    const { metadata } = await client.get(path);
    const generation = isObject(metadata) && typeof metadata['generation'] === 'number' ? metadata['generation'] : 0;
    await until(
      `the policy ${policy.name}`,
      () => (registry.constraint(policy.kind.toLowerCase(), policy.name)?.generation ?? -1) >= generation,
    );
  };

  const removeOthers = async (wanted: readonly PolicyConstraint[]): Promise<void> => {
    for (const kind of Object.keys(builtIn)) {
      const template = kind.toLowerCase();
      const kept = new Set(wanted.filter((policy) => policy.kind === kind).map((policy) => policy.name));
      if (kept.size === 0) {
        // The constraints go with the definition of their kind.
        if (![...templates.names()].includes(template)) continue;
        const path = paths.item(paths.templates, template);
        if (!isOurs(await client.get(path).catch(() => ({})))) continue;
        await deletePath(client, path);
        await until(`the end of ${template}`, () => registry.template(template) === undefined);
        continue;
      }
      for (const object of templates.constraints(template)) {
        const { name } = object.metadata;
        if (kept.has(name) || !isOurs(object)) continue;
        await deletePath(client, paths.item(paths.constraints(template), name));
        await until(`the end of ${name}`, () => registry.constraint(template, name) === undefined);
      }
    }
  };

  return async (wanted: readonly PolicyConstraint[]): Promise<void> => {
    for (const kind of new Set(wanted.map((policy) => policy.kind))) await putTemplate(kind);
    for (const policy of wanted) await putConstraint(policy);
    await removeOthers(wanted);
  };
};

import { isObject, KernelError, messageOf } from '@podpass/kernel';
import { createInformer, isKubeStatus, pause, type Informer, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { readConstraint } from '../constraint/read.ts';
import { applyManifest, deletePath } from '../install/apply.ts';
import { constraintDefinition, definitionName } from '../template/definition.ts';
import { PolicyError } from '../template/problem.ts';
import { readTemplate, type Template } from '../template/read.ts';
import { groups, labels, paths, times } from '../wire.ts';
import { createQueue } from './queue.ts';
import type { Registry } from './registry.ts';
import { constraintPods, writeStatus, writeTemplateStatus } from './status.ts';

export interface TemplatesDeps {
  readonly client: KubeClient;
  readonly registry: Registry;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called after a constraint came, changed or went. */
  readonly onChange: () => void;
}

export interface Templates {
  /** Settles once everything that the cluster holds is in force. */
  start(): Promise<void>;
  /** The constraints of a template, as they are stored. */
  constraints(template: string): Iterable<KubeObject>;
  /** Names of all templates in the cluster, in force or not. */
  names(): Iterable<string>;
}

interface Watched {
  readonly informer: Informer;
  readonly stop: AbortController;
  readonly synced: Promise<void>;
}

/** Whether more than an object's status has changed. */
const isChange = (before: KubeObject | undefined, after: KubeObject | undefined): boolean =>
  before === undefined || after === undefined || before.metadata['generation'] !== after.metadata['generation'];

/** Waits until the definition is served. Throws PolicyError when the API server does not accept its names. */
export const awaitEstablished = async (client: KubeClient, name: string, signal: AbortSignal): Promise<void> => {
  const end = performance.now() + times.established;
  while (performance.now() < end) {
    const { status } = await client.get(paths.item(paths.definitions, name), signal);
    const conditions = isObject(status) && Array.isArray(status['conditions']) ? status['conditions'].filter(isObject) : [];
    if (conditions.some((each) => each['type'] === 'Established' && each['status'] === 'True')) return;
    const refused = conditions.find((each) => each['type'] === 'NamesAccepted' && each['status'] === 'False');
    if (refused !== undefined)
      throw new PolicyError('create_error', `the constraint kind is not accepted: ${String(refused['message']).slice(0, 512)}`);
    await pause(times.poll, signal);
  }
  throw new KernelError('unavailable', `the definition ${name} was not served in time`);
};

/** Brings templates into force: the definition of their constraint kind, their policy, their constraints, their status. */
export const createTemplates = (deps: TemplatesDeps): Templates => {
  const { client, registry, log, signal, onChange } = deps;
  const watched = new Map<string, Watched>();

  /** Takes a constraint in, as soon as it comes or changes. */
  const readInto = (template: string, object: KubeObject): void => {
    const { name } = object.metadata;
    try {
      registry.putConstraint(template, readConstraint(object));
    } catch (thrown) {
      // It got past the webhook. The version that was in force before stays so.
      log.warn({ template, constraint: name, error: messageOf(thrown) }, 'a constraint cannot be enforced');
      const path = paths.item(paths.constraints(template), name);
      writeStatus(client, { path, object, status: constraintPods(object, thrown) }).catch((failure: unknown) =>
        log.debug({ template, constraint: name, error: messageOf(failure) }, 'the status of a constraint could not be written'),
      );
    }
  };

  const watch = (template: string): Watched => {
    const stop = new AbortController();
    const informer = createInformer({
      client,
      log,
      path: paths.constraints(template),
      onChange(before, after) {
        // A status says nothing new; the audit that wrote it would be asked for again.
        if (stop.signal.aborted || !isChange(before, after)) return;
        if (after === undefined) registry.removeConstraint(template, before?.metadata.name ?? '');
        else readInto(template, after);
        onChange();
      },
    });
    const made = { informer, stop, synced: informer.start(AbortSignal.any([signal, stop.signal])) };
    // Whoever waits for it sees the failure; nobody waits when the template goes meanwhile.
    made.synced.catch(() => undefined);
    return made;
  };

  const drop = (name: string): void => {
    watched.get(name)?.stop.abort();
    watched.delete(name);
    registry.removeTemplate(name);
  };

  const synced = async (name: string): Promise<void> => {
    const present = watched.get(name) ?? watch(name);
    watched.set(name, present);
    const late = pause(times.established, signal).then(() => {
      throw new KernelError('unavailable', `the constraints of ${name} could not be read in time`);
    });
    late.catch(() => undefined);
    await Promise.race([present.synced, late]);
  };

  const enforce = async (object: KubeObject, template: Template): Promise<void> => {
    const definition = constraintDefinition(template, object.metadata.uid);
    try {
      await applyManifest(client, definition);
      await awaitEstablished(client, definition.metadata.name, signal);
    } catch (thrown) {
      // A schema or name that the API server refuses is the template's own fault.
      if (isKubeStatus(thrown, 400, 403, 422)) throw new PolicyError('create_error', thrown.message, 'spec.crd.spec');
      throw thrown;
    }
    // First the policy, then its constraints: none can be without the other.
    registry.putTemplate(template);
    await synced(template.name);
  };

  const reconcile = async (name: string): Promise<void> => {
    const object = templates.get(`/${name}`);
    if (object === undefined) {
      drop(name);
      await deletePath(client, paths.item(paths.definitions, definitionName(name)));
      onChange();
      return;
    }
    try {
      await enforce(object, readTemplate(object));
    } catch (thrown) {
      if (!(thrown instanceof PolicyError)) throw thrown;
      log.warn({ template: name, error: thrown.message }, 'a constraint template cannot be enforced');
      await writeTemplateStatus(client, object, thrown);
      return;
    }
    await writeTemplateStatus(client, object);
    onChange();
  };

  const queue = createQueue({ work: reconcile, log, signal });
  const templates = createInformer({
    client,
    log,
    path: paths.templates,
    onChange: (before, after) => {
      if (isChange(before, after)) queue.add((after ?? before)?.metadata.name ?? '');
    },
  });
  const definitions = createInformer({
    client,
    log,
    path: paths.definitions,
    labelSelector: labels.constraintSelector,
    onChange: (before, after) => {
      const name = (after ?? before)?.metadata.name ?? '';
      if (isChange(before, after) && name.endsWith(`.${groups.constraints}`)) queue.add(name.slice(0, -groups.constraints.length - 1));
    },
  });

  return {
    async start() {
      await Promise.all([templates.start(signal), definitions.start(signal)]);
      await queue.idle();
      while (queue.failing() > 0 && !signal.aborted) {
        await pause(times.poll, signal);
        await queue.idle();
      }
    },
    constraints: (template) => watched.get(template)?.informer.list() ?? [],
    *names() {
      for (const { metadata } of templates.list()) yield metadata.name;
    },
  };
};

import { setImmediate as breathe } from 'node:timers/promises';
import { isObject, messageOf, type Clock, type JsonObject } from '@podpass/kernel';
import { readKubeObject, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { CelLimitError, createBudget, fromJson } from '../cel/index.ts';
import type { Constraint } from '../constraint/read.ts';
import { candidateOf } from '../review/candidate.ts';
import type { Template } from '../template/read.ts';
import { runPolicy } from '../template/run.ts';
import { limits, paths } from '../wire.ts';
import type { Registry } from './registry.ts';
import { createCollections, type Collection } from './resources.ts';
import { constraintPods, writeStatus } from './status.ts';
import type { Templates } from './templates.ts';

export interface AuditDeps {
  readonly client: KubeClient;
  readonly registry: Registry;
  readonly templates: Templates;
  readonly namespace: (name: string) => Promise<JsonObject>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

interface Found {
  total: number;
  readonly violations: JsonObject[];
}

/** The objects of a collection, page by page. */
const objectsOf = async function* (client: KubeClient, { path }: Collection, signal: AbortSignal): AsyncGenerator<KubeObject> {
  let next = '';
  let seen = 0;
  do {
    const query = new URLSearchParams({ limit: '500', ...(next === '' ? {} : { continue: next }) });
    const page = await client.get(`${path}?${query.toString()}`, signal);
    for (const item of Array.isArray(page['items']) ? page['items'] : []) {
      const object = readKubeObject(item);
      seen += 1;
      if (object !== undefined) yield object;
    }
    const { metadata } = page;
    next = isObject(metadata) && typeof metadata['continue'] === 'string' ? metadata['continue'] : '';
  } while (next !== '' && seen < limits.auditObjects);
};

/**
 * Holds what exists already against every constraint that names kinds, and writes what it finds into the constraints'
 * status. It refuses nothing: what is older than a constraint stays until somebody changes it.
 */
export const createAudit = (deps: AuditDeps) => {
  const { client, registry, templates, clock, log, signal } = deps;

  const examine = async (work: {
    object: KubeObject;
    group: string;
    kind: string;
    rows: readonly (readonly [Template, Constraint, Found])[];
    version: string;
  }) => {
    const { object, group, kind, rows, version } = work;
    const { name, namespace = '' } = object.metadata;
    const home = namespace === '' ? undefined : await deps.namespace(namespace);
    const candidate = candidateOf({ group, kind, namespace, name, objects: [object], home });
    const matching = rows.filter(([, constraint]) => constraint.match.matches(candidate));
    if (matching.length === 0) return;
    // Objects of a list do not repeat what kind they are.
    const whole = { ...object, apiVersion: group === '' ? version : `${group}/${version}`, kind };
    const subject = {
      object: fromJson(whole),
      oldObject: null,
      request: fromJson({ kind: { group, version, kind }, name, namespace }),
      namespaceObject: fromJson(home),
    };
    for (const [template, constraint, found] of matching) {
      for (const message of runPolicy(template.policy, subject, { parameters: constraint.parameters, budget: createBudget() })) {
        found.total += 1;
        const place = namespace === '' ? {} : { namespace };
        if (found.violations.length < limits.statusViolations)
          found.violations.push({ enforcementAction: constraint.enforcementAction, group, version, kind, name, ...place, message });
      }
    }
  };

  const lookThrough = async (
    group: string,
    kind: string,
    options: { rows: readonly (readonly [Template, Constraint, Found])[]; collection: Collection },
  ) => {
    const { rows, collection } = options;
    for await (const object of objectsOf(client, collection, signal)) {
      try {
        await examine({ object, group, kind, rows, version: collection.version });
      } catch (thrown) {
        if (!(thrown instanceof CelLimitError)) throw thrown;
        log.warn({ kind, name: object.metadata.name, error: thrown.message }, 'an object could not be audited');
      }
      await breathe();
    }
  };

  const report = async (found: ReadonlyMap<Constraint, Found>) => {
    const auditTimestamp = `${clock.date().toISOString().slice(0, 19)}Z`;
    for (const { template, constraints } of registry.entries()) {
      const stored = new Map([...templates.constraints(template.name)].map((object) => [object.metadata.name, object]));
      for (const constraint of constraints) {
        const object = stored.get(constraint.name);
        const seen = found.get(constraint);
        if (object === undefined || seen === undefined) continue;
        const result = { ...constraintPods(object), totalViolations: seen.total, violations: seen.violations };
        const path = paths.item(paths.constraints(template.name), constraint.name);
        await writeStatus(client, { path, object, status: { ...result, auditTimestamp } });
      }
    }
  };

  /** One audit. Throws what the API server answers. */
  return async (): Promise<void> => {
    const collectionOf = createCollections(client);
    const found = new Map<Constraint, Found>();
    const byKind = new Map<string, { group: string; kind: string; rows: (readonly [Template, Constraint, Found])[] }>();
    for (const { template, constraints } of registry.entries()) {
      for (const constraint of constraints) {
        const own: Found = { total: 0, violations: [] };
        found.set(constraint, own);
        if (!constraint.audited) continue;
        for (const { group, kind } of constraint.match.kinds ?? []) {
          const key = `${group}/${kind}`;
          const entry = byKind.get(key) ?? { group, kind, rows: [] };
          if (!entry.rows.some(([, present]) => present === constraint)) entry.rows.push([template, constraint, own]);
          byKind.set(key, entry);
        }
      }
    }
    for (const { group, kind, rows } of byKind.values()) {
      if (signal.aborted) return;
      try {
        const collection = await collectionOf(group, kind);
        if (collection !== undefined) await lookThrough(group, kind, { rows, collection });
      } catch (thrown) {
        if (signal.aborted) return;
        log.warn({ group, kind, error: messageOf(thrown) }, 'a kind could not be audited');
        for (const [, constraint] of rows) found.delete(constraint);
      }
    }
    await report(found);
  };
};

import type { Fields } from '../../object/types.ts';
import { eventually, node, type World } from '../../testing/harness.ts';

export const apps = '/apis/apps/v1/namespaces/default';
export const podsPath = '/api/v1/namespaces/default/pods';

interface Shape {
  readonly name?: string;
  readonly labels?: Fields;
  readonly spec?: Fields;
  readonly pod?: Fields;
  readonly metadata?: Fields;
}

/** A workload that selects `app: NAME`. */
export const workload = (kind: string, shape: Shape = {}): Fields => {
  const { name = 'web', labels = { app: name }, spec = {}, pod = {}, metadata = {} } = shape;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...metadata },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...pod } },
      ...spec,
    },
  };
};

export const itemsAt = async (at: World, target: string): Promise<Fields[]> => (await at.ask('GET', target)).body['items'] as Fields[];
export const metadataOf = (object: Fields | undefined) =>
  (object?.['metadata'] ?? {}) as {
    name: string;
    uid: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  } & Fields;
export const specAt = (object: Fields | undefined) => (object?.['spec'] ?? {}) as Fields;
export const statusAt = (object: Fields | undefined) => (object?.['status'] ?? {}) as Fields;
export const eventsOf = async (at: World, name: string, reason: string) =>
  itemsAt(at, `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name},reason%3D${reason}`);

/** The pods, once there are so many that are not ending. */
export const podsOnce = (at: World, count: number, accept: (pod: Fields) => boolean = () => true): Promise<Fields[]> =>
  eventually(async () => {
    const pods = (await itemsAt(at, podsPath)).filter((pod) => metadataOf(pod)['deletionTimestamp'] === undefined && accept(pod));
    return pods.length === count ? pods : undefined;
  });

/** The object, once it holds these members of its status. */
export const statusOnce = async (at: World, target: string, wanted: Fields): Promise<Fields> => {
  let last: Fields = {};
  try {
    return await eventually(async () => {
      last = (await at.ask('GET', target)).body;
      const status = statusAt(last);
      return Object.entries(wanted).every(([name, value]) => (status[name] ?? 0) === value) ? last : undefined;
    });
  } catch {
    throw new Error(`the status stays ${JSON.stringify(statusAt(last))}`);
  }
};

const isReady = (pod: Fields) => JSON.stringify(statusAt(pod)['conditions'] ?? []).includes('"Ready"');

/**
 * Stands in for kubelets: pods on a node that `starts` become ready, ending ones go. Returns a way to stop it.
 */
export const kubelets = (at: World, starts: (pod: Fields) => boolean = () => true): { stop(): Promise<void> } => {
  let stopped = false;
  const once = async () => {
    for (const pod of await itemsAt(at, podsPath)) {
      const target = `${podsPath}/${metadataOf(pod).name}`;
      if (metadataOf(pod)['deletionTimestamp'] !== undefined) await at.ask('DELETE', target, { body: { gracePeriodSeconds: 0 } });
      else if (specAt(pod)['nodeName'] !== undefined && !isReady(pod) && starts(pod)) {
        const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] };
        const headers = { 'content-type': 'application/merge-patch+json' };
        await at.ask('PATCH', `${target}/status`, { body: { status }, headers });
      }
    }
  };
  const loop = (async () => {
    while (!stopped) {
      await once();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
    },
  };
};

export const addNode = (at: World, name: string, over: Fields = {}) =>
  at.ask('POST', '/api/v1/nodes', { body: { ...node(name), ...over } });

export const merge = (at: World, target: string, body: Fields) =>
  at.ask('PATCH', target, { body, headers: { 'content-type': 'application/merge-patch+json' } });

/** Long enough for a controller to do what it should not. */
export const aWhile = () => new Promise((resolve) => setTimeout(resolve, 60));

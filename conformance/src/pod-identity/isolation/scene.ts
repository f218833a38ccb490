import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { said } from '../../platform/platform.ts';
import { until } from '../../platform/until.ts';
import { createPodIdentityWorld, interpreters, type Identity, type PodIdentityWorld, type TestCluster } from '../world.ts';
import { attempt } from './programs.ts';

/** The identity of the victim: its binding's selector, and the namespace in which it is bound. */
export const selector = 'victims-identity';
export const home = 'apps';
export const metadataAddress = '169.254.169.254';
export const tokenPath = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net';

/** A line of the audit trail about a request for a token. */
interface AuditLine {
  readonly time: number;
  readonly event: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly status?: number;
  readonly source?: string;
  readonly sourceUid?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly identity?: string;
  readonly clientId?: string;
  /** Of the security token service: who asked it. */
  readonly client?: string;
  /** Of the API server: who wanted to do what. */
  readonly user?: string;
  readonly verb?: string;
  readonly resource?: string;
}

/** One thing that a pod tries, as the program `attempt` takes it. */
export interface Step {
  readonly name: string;
  readonly to: readonly [host: string, port: number];
  readonly send: string;
  readonly tls?: string;
  readonly body?: string;
}

/** What came of it. `audits` are the lines that were written about this pod meanwhile. */
export interface Outcome {
  readonly heard: string;
  readonly error: string | undefined;
  readonly audits: readonly AuditLine[];
}

export interface PodOptions {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly image?: string;
  readonly spec?: object;
  readonly securityContext?: object;
}

export const podOf = (name: string, { namespace = home, labels = {}, args, image, spec = {}, securityContext }: PodOptions): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'main',
        image: image ?? interpreters.python,
        args: ['-c', ...args],
        ...(securityContext === undefined ? {} : { securityContext }),
      },
    ],
    ...spec,
  },
});

/** A platform with a cluster on which one identity is bound in the namespace `apps`. */
export interface Scene extends AsyncDisposable {
  readonly world: PodIdentityWorld;
  readonly cluster: TestCluster;
  readonly identity: Identity;
  /** Why there are no namespaces here; undefined when there are. */
  readonly whyNot: string | undefined;
  /** The audit lines about requests for tokens so far. */
  audits(): Promise<readonly AuditLine[]>;
  /** Runs pods that try things, side by side; resolves when they have tried all. */
  tryEach(
    tries: readonly { readonly name: string; readonly steps: readonly Step[]; readonly pod?: Omit<PodOptions, 'args'> }[],
  ): Promise<readonly ReadonlyMap<string, Outcome>[]>;
  /** Runs a pod that tries things; resolves when it has tried all. */
  tryAll(pod: string, steps: readonly Step[], options?: Omit<PodOptions, 'args'>): Promise<ReadonlyMap<string, Outcome>>;
  /** A field of a pod, by kubectl's JSON path, once it is set. */
  fieldOf(pod: string, field: string, namespace?: string): Promise<string>;
}

const tokenEvents = new Set(['pod-identity-token', 'machine-token', 'metadata-connection', 'token-exchange', 'kubernetes-request']);

const readAudits = async (file: string): Promise<readonly AuditLine[]> => {
  const lines: AuditLine[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.includes('"audit":true')) continue;
    const parsed = JSON.parse(line) as AuditLine & { time: string };
    if (tokenEvents.has(parsed.event)) lines.push({ ...parsed, time: Date.parse(parsed.time) });
  }
  return lines;
};

interface Printed {
  readonly name: string;
  readonly began: number;
  readonly ended: number;
  readonly heard?: string;
  readonly error?: string;
}

const outcomesOf = (log: string, lines: readonly AuditLine[]): ReadonlyMap<string, Outcome> =>
  new Map(
    log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Printed)
      .map(({ name, began, ended, heard = '', error }) => [
        name,
        { heard, error, audits: lines.filter(({ time }) => time >= Math.floor(began * 1000) && time <= Math.ceil(ended * 1000) + 2) },
      ]),
  );

/** Prepares the platform. `kubenet` says which network plugin the cluster has, `addons` which add-ons. */
export const createScene = async (
  name: string,
  { runtime = 'auto', ...options }: { runtime?: string; kubenet?: boolean; nodes?: number; addons?: object } = {},
): Promise<Scene> => {
  const world = await createPodIdentityWorld(name, ['--runtime', runtime]);
  try {
    const status = await world.platform.podpass('status', '--output', 'json');
    const chosen = (JSON.parse(status.stdout) as { runtime: { name: string; because: string } }).runtime;
    const whyNot = chosen.name === 'namespace' ? undefined : `no network namespaces here: ${chosen.because}`;
    if (whyNot !== undefined && runtime === 'auto') console.error(`SKIPPED: ${name}: ${whyNot}`);
    const [cluster, identity] = await Promise.all([world.createCluster(name, options), world.createIdentity('victims')]);
    await world.bind(cluster, identity, { name: selector, namespace: home });
    const namespace = (metadata: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: metadata } });
    await cluster.apply(namespace('evil'));
    const audits = () => readAudits(path.join(world.platform.data, 'logs', 'server.log'));
    const kubectl = async (...args: string[]): Promise<string> => {
      const result = await cluster.kubectl(...args);
      if (result.code !== 0) throw new Error(said(result));
      return result.stdout;
    };
    const tryEach: Scene['tryEach'] = async (tries) => {
      const pods = tries.map(({ name: pod, pod: podOptions, steps }) => ({ pod, podOptions, steps, in: podOptions?.namespace ?? home }));
      await cluster.apply(
        ...pods.map(({ pod, podOptions, steps }) => podOf(pod, { ...podOptions, args: [attempt, JSON.stringify(steps)] })),
      );
      // One client that waits for all: a client for each would keep the machine busy.
      const ended = ['--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s'];
      for (const namespaceOf of new Set(pods.map((pod) => pod.in)))
        await kubectl('wait', '-n', namespaceOf, ...ended, ...pods.flatMap((pod) => (pod.in === namespaceOf ? [`pod/${pod.pod}`] : [])));
      const logs: string[] = [];
      for (const { pod, in: namespaceOf } of pods) logs.push(await kubectl('logs', '-n', namespaceOf, pod));
      const lines = await audits();
      return pods.map(({ pod, podOptions, in: namespaceOf }, index) => {
        const { serviceAccountName = 'default' } = (podOptions?.spec ?? {}) as { serviceAccountName?: string };
        const user = `system:serviceaccount:${namespaceOf}:${serviceAccountName}`;
        const own = lines.filter(
          (line) => (line.source ?? line.pod) === `${namespaceOf}/${pod}` || line.client === identity.clientId || line.user === user,
        );
        return outcomesOf(logs[index] ?? '', own);
      });
    };
    return {
      world,
      cluster,
      identity,
      whyNot,
      audits,
      tryEach,
      async tryAll(name, steps, podOptions = {}) {
        const [outcomes] = await tryEach([{ name, steps, pod: podOptions }]);
        return outcomes ?? new Map<string, Outcome>();
      },
      async fieldOf(pod, field, namespaceOf = home) {
        const read = () => cluster.kubectl('get', 'pod', '-n', namespaceOf, pod, '-o', `jsonpath={${field}}`);
        const result = await until(read, ({ code, stdout }) => code === 0 && stdout !== '', 20);
        if (result.stdout === '') throw new Error(said(result));
        return result.stdout;
      },
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  } catch (thrown) {
    await world[Symbol.asyncDispose]();
    throw thrown;
  }
};

/** The status of the first answer; undefined when there was none. */
export const statusOf = (heard: string): number | undefined => {
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(heard) ?? [];
  return status === undefined ? undefined : Number(status);
};

/** A request to the metadata address. */
export const ask = (
  target: string,
  {
    method = 'GET',
    version = '1.1',
    host = metadataAddress,
    headers = {},
    metadata = 'true',
  }: { method?: string; version?: string; host?: string; headers?: Readonly<Record<string, string>>; metadata?: string | undefined } = {},
): string =>
  [
    `${method} ${target} HTTP/${version}`,
    `Host: ${host}`,
    ...(metadata === '' ? [] : [`Metadata: ${metadata}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    '',
  ].join('\r\n');

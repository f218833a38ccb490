import path from 'node:path';
import { root } from '@podpass/tools';
import { said } from '../../platform/platform.ts';
import { until } from '../../platform/until.ts';
import { ok } from '../../wire/azure.ts';
import { createPodIdentityWorld, interpreters, roles, type Identity, type PodIdentityWorld, type TestCluster } from '../world.ts';
import { asker } from './programs.ts';

const apiVersion = 'aadpodidentity.k8s.io/v1';
const computeVersion = '2024-07-01';
/** What users apply to have standard mode, in this order. */
export const manifests = ['standard.yaml', 'mic-exception.yaml'].map((name) => path.join(root, 'deploy/aad-pod-identity', name));

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

export const identityOf = ({ name, namespace = 'default' }: Named, spec: object, annotations: object = {}): object => ({
  apiVersion,
  kind: 'AzureIdentity',
  metadata: { name, namespace, annotations },
  spec,
});
/** The binding NAME-binding of the identity NAME, for the selector. */
export const bindingOf = ({ name, namespace = 'default' }: Named, selector: string): object => ({
  apiVersion,
  kind: 'AzureIdentityBinding',
  metadata: { name: `${name}-binding`, namespace },
  spec: { azureIdentity: name, selector },
});
export const userAssigned = ({ id, clientId }: Pick<Identity, 'id' | 'clientId'>) => ({ type: 0, resourceID: id, clientID: clientId });

/** A pod that asks for tokens all the time; `query` is added to its requests. */
export const askingPod = (
  { name, namespace = 'default' }: Named,
  label: string,
  { query = '', labels = {}, spec = {} }: { query?: string; labels?: object; spec?: object } = {},
): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { ...(label === '' ? {} : { aadpodidbinding: label }), ...labels } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'ask', image: interpreters.node, args: ['--input-type=module', '-e', asker, query] }],
    ...spec,
  },
});

interface Assigned {
  readonly name: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly status: string;
  readonly clientId: string;
  readonly resourceId: string;
}

interface ScaleSet extends Record<string, unknown> {
  readonly id: string;
  readonly identity: { readonly type: string; readonly userAssignedIdentities?: Record<string, object> };
}

/** A cluster without the add-on, and how its users and its scale sets see standard mode. */
export interface StandardCluster extends TestCluster {
  /** Client id and resource id of what the nodes act as. */
  readonly kubelet: { readonly clientId: string; readonly objectId: string; readonly resourceId: string };
  /** Lets MIC hand the identity to the scale sets, as upstream documents. */
  allow(identity: Identity): Promise<void>;
  create(name: string): Promise<Identity>;
  scaleSets(): Promise<readonly ScaleSet[]>;
  /** Names of the identities on the first scale set, without the nodes' own. */
  carried(): Promise<readonly string[]>;
  /** Writes identities by hand: null takes one away. */
  patchIdentities(identity: object): Promise<void>;
  assigned(): Promise<readonly Assigned[]>;
  /** Waits until the assigned identities, shown as `NAME STATUS`, are these. */
  assignedAs(...shown: string[]): Promise<readonly string[]>;
  carriedAs(...names: string[]): Promise<readonly string[]>;
  /** Removes every pod of a test with its bindings and identities, and waits until nothing is assigned any more; throws when something stays. */
  clear(): Promise<void>;
  /** kubectl that has to succeed. */
  must(...args: string[]): Promise<string>;
}

const sorted = (names: readonly string[]): readonly string[] => names.toSorted();
const same = (left: readonly string[], right: readonly string[]): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Gives the nodes' identity the rights that MIC needs. */
export const openStandard = async (world: PodIdentityWorld, cluster: TestCluster): Promise<StandardCluster> => {
  const { arm, subscriptionId } = world;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${cluster.nodeGroup}`;
  const { properties } = await cluster.read();
  const { kubeletidentity: kubelet } = properties['identityProfile'] as { kubeletidentity: StandardCluster['kubelet'] };
  await world.assign(roles.virtualMachineContributor, kubelet.objectId, group);
  const own = kubelet.resourceId.toLowerCase();
  const scaleSets = async () =>
    ok(await arm.send('GET', `${group}/providers/Microsoft.Compute/virtualMachineScaleSets?api-version=${computeVersion}`))[
      'value'
    ] as readonly ScaleSet[];
  const must = async (...args: string[]): Promise<string> => {
    const result = await cluster.kubectl(...args);
    if (result.code !== 0) throw new Error(said(result));
    return result.stdout;
  };
  const allow = (identity: Identity) => world.assign(roles.managedIdentityOperator, kubelet.objectId, identity.id);
  const carried = async () => {
    const [scaleSet] = await scaleSets();
    const ids = Object.keys(scaleSet?.identity.userAssignedIdentities ?? {}).map((id) => id.toLowerCase());
    return sorted(ids.filter((id) => id !== own).map((id) => id.split('/').at(-1) ?? ''));
  };
  const assigned = async (): Promise<readonly Assigned[]> => {
    const { items } = JSON.parse(await must('get', 'azureassignedidentities', '-A', '-o', 'json')) as {
      items: {
        metadata: { name: string; namespace: string };
        spec: { pod: string; nodename: string; azureIdentityRef: { spec: { clientID: string; resourceID: string } } };
        status: { status: string };
      }[];
    };
    return items.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      namespace: metadata.namespace,
      pod: spec.pod,
      node: spec.nodename,
      status: status.status,
      clientId: spec.azureIdentityRef.spec.clientID,
      resourceId: spec.azureIdentityRef.spec.resourceID,
    }));
  };
  const assignedAs = async (...shown: string[]) => {
    const wanted = sorted(shown);
    const ask = async () => sorted((await assigned()).map(({ name, status }) => `${name} ${status}`));
    return until(ask, (found) => same(found, wanted), 30);
  };
  return {
    ...cluster,
    kubelet,
    must,
    allow,
    scaleSets,
    carried,
    assigned,
    async create(name) {
      const identity = await world.createIdentity(name);
      await allow(identity);
      return identity;
    },
    async patchIdentities(identity) {
      const [scaleSet] = await scaleSets();
      await arm.operation('PATCH', `${scaleSet?.id ?? ''}?api-version=${computeVersion}`, { identity });
    },
    assignedAs,
    async clear() {
      for (const namespace of ['default', 'other']) await must('delete', 'pod', '-n', namespace, '-l', 'component notin (mic,nmi)');
      await must('delete', 'azureidentitybinding,azureidentity', '--all', '-A');
      const left = await assignedAs();
      if (left.length > 0) throw new Error(`still assigned: ${left.join(', ')}`);
    },
    carriedAs: (...names) => until(carried, (found) => same(found, sorted(names)), 30),
  };
};

/** Applies the committed manifest and waits until both programs run. */
export const installStandard = async (cluster: StandardCluster): Promise<void> => {
  for (const file of manifests) await cluster.must('apply', '-f', file);
  await ready(cluster);
};

export const ready = async ({ must }: Pick<StandardCluster, 'must'>): Promise<void> => {
  await must('rollout', 'status', 'deployment/mic', '--timeout=60s');
  await must('rollout', 'status', 'daemonset/nmi', '--timeout=60s');
};

/** Adds arguments to a program, and waits until all of its pods have them. */
export const addArguments = async (
  cluster: StandardCluster,
  workload: 'deployment/mic' | 'daemonset/nmi',
  ...args: string[]
): Promise<void> => {
  const patch = args.map((value) => ({ op: 'add', path: '/spec/template/spec/containers/0/args/-', value }));
  await cluster.must('patch', workload, '--type=json', '-p', JSON.stringify(patch));
  await ready(cluster);
};

/** So that what is not bound is told soon: upstream's own waits last 80 seconds. */
export const impatient = ['--retry-attempts-for-created=2', '--retry-attempts-for-assigned=2', '--find-identity-retry-interval=1'] as const;

/** A platform with one cluster in standard mode. */
export const createStandardWorld = async (
  name: string,
  options: { nodes?: number; up?: readonly string[] } = {},
): Promise<{ readonly world: PodIdentityWorld; readonly cluster: StandardCluster }> => {
  const world = await createPodIdentityWorld(name, options.up);
  try {
    const cluster = await openStandard(world, await world.createCluster(name, { podIdentity: false, nodes: options.nodes ?? 1 }));
    await installStandard(cluster);
    return { world, cluster };
  } catch (thrown) {
    await world[Symbol.asyncDispose]();
    throw thrown;
  }
};

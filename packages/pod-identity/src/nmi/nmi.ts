import { once } from 'node:events';
import { messageOf } from '@podpass/kernel';
import { inClusterClient, type KubeClient } from '@podpass/kube-client';
import { serveHealth } from '../health.ts';
import { createKlog, type Klog } from '../mic/klog.ts';
import type { Component, ComponentDependencies, ComponentLaunch, NodeMetadata } from '../types.ts';
import { createAcquire } from './acquire/acquire.ts';
import { createMachineClient } from './acquire/machine.ts';
import { AcquireError } from './acquire/types.ts';
import { createClusterView, type ClusterView } from './cluster-view.ts';
import type { NmiContext } from './context.ts';
import { managedFinder, standardFinder, type ResolveObjectId } from './find-identity.ts';
import { isFault, isManaged, parseFlags, usage, type NmiFlags } from './flags.ts';
import { createNmiHandler } from './handler.ts';
import { noReservations, type Reservations } from './reservations.ts';
import { checkStart } from './start-up.ts';
import { defaultAuthorityHosts, productVersion, userAgent } from './wire.ts';
import { watchCluster } from './watch.ts';

export interface NmiOptions {
  readonly dependencies: ComponentDependencies;
  /** The metadata address of a node; undefined when the platform has no such node. */
  readonly node: (nodeName: string) => NodeMetadata | undefined;
  /** Host names of authorities that the secrets of service principals may be sent to; Entra's public one when absent. */
  readonly authorityHosts?: readonly string[];
  /** For whom the machine's identities are, in managed mode; for everybody when absent. */
  readonly reservations?: Reservations;
}

/** Exit codes: pflag's for wrong arguments, klog's for fatal errors. */
const exit = { done: 0, usage: 2, fatal: 255 } as const;

export interface ContextOptions extends Pick<NmiOptions, 'dependencies' | 'authorityHosts' | 'reservations'> {
  readonly launch: Pick<ComponentLaunch, 'signal' | 'pod'>;
  readonly flags: NmiFlags;
  readonly metadata: NodeMetadata;
  readonly view: ClusterView;
  readonly client: Pick<KubeClient, 'get'>;
  readonly log: Klog;
}

/** Puts the parts of NMI together. */
export const createNmiContext = ({
  dependencies,
  launch,
  flags,
  metadata,
  view,
  client,
  log,
  authorityHosts,
  reservations: given = noReservations,
}: ContextOptions): NmiContext => {
  const { wire, clock, telemetry } = dependencies;
  const metrics = telemetry.metrics.podIdentity;
  const machineClient = createMachineClient(metadata.machine, metrics);
  const resolveObjectId: ResolveObjectId = async ({ resource, objectId }) => {
    try {
      return (await machineClient.token(resource, ['object_id', objectId])).clientId;
    } catch (thrown) {
      if (thrown instanceof AcquireError) return undefined;
      throw thrown;
    }
  };
  const { nodeName } = launch.pod;
  const managed = isManaged(flags);
  // In standard mode MIC assigns what objects ask for: there nobody else lays claim to identities.
  const reservations = managed ? given : noReservations;
  const options = {
    view,
    resolveObjectId,
    nodeName,
    micNamespace: flags.MICNamespace,
    forceNamespaced: flags.forceNamespaced,
    attempts: { created: flags['retry-attempts-for-created'], assigned: flags['retry-attempts-for-assigned'] },
    interval: flags['find-identity-retry-interval'],
    signal: launch.signal,
  };
  return {
    nodeName,
    flags,
    view,
    find: managed ? managedFinder({ ...options, reservations }) : standardFinder(options),
    reservations,
    acquire: createAcquire({
      wire,
      client,
      clock,
      metrics,
      authorityHosts: authorityHosts ?? defaultAuthorityHosts,
      machine: machineClient,
    }),
    machineClient,
    machine: metadata.machine,
    telemetry,
    clock,
    log,
  };
};

/** Serves until `launch.signal` aborts. Throws what keeps NMI from starting. */
const serve = async (options: NmiOptions, launch: ComponentLaunch, { flags, log }: { flags: NmiFlags; log: Klog }): Promise<void> => {
  const { dependencies, authorityHosts, node, reservations } = options;
  const health = serveHealth(launch, String(flags['http-probe-port']));
  await checkStart(launch, flags);
  const { nodeName } = launch.pod;
  const metadata = node(nodeName);
  if (metadata === undefined) throw new Error(`there is no metadata service on node ${nodeName}`);
  const { wire, telemetry } = dependencies;
  const custom = flags['custom-user-agent'];
  const client = inClusterClient({ launch, wire, userAgent: `${userAgent('podpass')}${custom === '' ? '' : ` ${custom}`}` });
  const view = createClusterView((line) => log.info(line));
  const standard = flags['operation-mode'].toLowerCase() === 'standard';
  log.info('the metrics and address table flags have no effect: this NMI opens no listener and writes no iptables rules');
  await watchCluster(
    {
      client,
      view,
      nodeName,
      log: telemetry.log.child({ component: 'nmi', node: nodeName }),
      assigned: standard,
      byNodeLabel: flags.enableScaleFeatures,
    },
    launch.signal,
  );
  const release = metadata.intercept(
    createNmiHandler(
      createNmiContext({
        dependencies,
        launch,
        flags,
        metadata,
        view,
        client,
        log,
        ...(authorityHosts === undefined ? {} : { authorityHosts }),
        ...(reservations === undefined ? {} : { reservations }),
      }),
    ),
  );
  try {
    health.set(true);
    log.info('healthz: Active');
    if (!launch.signal.aborted) await once(launch.signal, 'abort');
  } finally {
    release();
    health.set(false);
    view.waiters.wakeAll();
  }
};

/**
 * NMI, the node managed identity: it stands before its node's metadata service and gives each pod the tokens of the
 * identities that are bound to it, and no others. Flags, texts and waits are those of aad-pod-identity v1.8.17.
 */
export const createNmi =
  (options: NmiOptions): Component =>
  async (launch) => {
    const log = createKlog({ clock: options.dependencies.clock, source: 'server.go', write: launch.log });
    const flags = parseFlags(launch.args, launch.env);
    if (isFault(flags)) {
      for (const line of [...usage().split('\n'), flags.fault]) launch.log(line);
      return exit.usage;
    }
    if (flags.version) {
      launch.log(productVersion);
      return exit.done;
    }
    log.info(`starting nmi process. Version: ${productVersion}.`);
    log.info(`running NMI in namespaced mode: ${String(flags.forceNamespaced)}`);
    try {
      await serve(options, launch, { flags, log });
      return exit.done;
    } catch (thrown) {
      if (launch.signal.aborted) return exit.done;
      log.fatal(messageOf(thrown));
      return exit.fatal;
    }
  };

import type { ClusterDescription, PodIdentityAddon } from '@podpass/arm';
import type { Component, ComponentLaunch } from '@podpass/kubelet';
import type { Cluster } from '@podpass/kube';
import type { KubeClient } from '@podpass/kube-client';
import { applyAddon, createArmCloud, createMic, createNmi, removeAddon, type AddonFailure, type NodeMetadata } from '@podpass/pod-identity';
import type { ClusterParts } from './cluster-parts.ts';
import { machineToken } from './machine-token.ts';
import { nodeFiles } from './node-files.ts';
import { createNmiPresence } from './nmi-presence.ts';
import { reservationsOf } from './reservations.ts';

/** Pod-managed identity in one cluster: the add-on that AKS keeps, and the programs behind its images. */
export interface ClusterPodIdentity {
  readonly components: { readonly nmi: Component; readonly mic: Component };
  /** Whether pods get nothing from the metadata address while NMI is away. */
  readonly failClosed: () => boolean;
  /** Brings the add-on in or takes it out; returns the entries that could not be applied. */
  apply(addon: PodIdentityAddon | undefined): Promise<readonly AddonFailure[]>;
  /** For a cluster that ran before: finds out whether NMI runs in standard mode, before any pod is started. */
  resume(): Promise<void>;
  close(): void;
}

export const createClusterPodIdentity = (
  cluster: Cluster,
  parts: ClusterParts,
  of: {
    readonly description: () => ClusterDescription;
    readonly node: (name: string) => NodeMetadata | undefined;
    readonly client: () => Promise<KubeClient>;
    /** Whether the cluster ran before this process did: then something of the add-on may be left in it. */
    readonly restored: boolean;
  },
): ClusterPodIdentity => {
  const { wire, clock, telemetry } = parts;
  const log = telemetry.log.child({ cluster: cluster.spec.name });
  const dependencies = { wire, clock, telemetry };
  const { client } = of;
  /** The launch of a container that sees the machine's files beneath those of its own volumes. */
  const onNode = (launch: ComponentLaunch): ComponentLaunch => ({
    ...launch,
    async readFile(path) {
      const files = nodeFiles(of.description(), kubelet());
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return launch.readFile(path).catch((thrown: unknown) => {
        if (text === undefined) throw thrown;
        return text;
      });
    },
  });
  const presence = createNmiPresence({ client, log });
  /** Undefined until somebody looked. */
  let installed: boolean | undefined = of.restored ? undefined : false;
  const kubelet = () => parts.machines.kubeletClientId(of.description());

  const nmi = createNmi({ dependencies, node: of.node, reservations: reservationsOf(of.description, kubelet) });
  const mic: Component = (launch) => {
    const cloud = createArmCloud({
      wire,
      clock,
      armOrigin: parts.armOrigin,
      metrics: telemetry.metrics.podIdentity,
      token: () => machineToken(of.node(launch.pod.nodeName), { resource: parts.armOrigin, clientId: kubelet() }),
    });
    return createMic({ dependencies, cloud })(onNode(launch));
  };

  return {
    components: {
      async nmi(launch) {
        await presence.follow();
        return nmi(onNode(launch));
      },
      mic,
    },
    failClosed: () => of.description().podIdentity !== undefined || presence.present,
    async apply(addon) {
      if (addon === undefined) {
        if (installed === undefined) await presence.follow();
        const failures = (installed ?? presence.present) ? await removeAddon({ client: await client() }) : [];
        installed = false;
        return failures;
      }
      installed = true;
      return applyAddon({ client: await client(), profile: addon });
    },
    resume: () => presence.follow(),
    close: () => presence.close(),
  };
};

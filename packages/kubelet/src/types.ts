import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';

/** A certificate chain and its key, both PEM. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

export interface NodeDescription {
  /** Name of the Node object; also the name in the kubelet's server certificate. */
  readonly name: string;
  /** Agent pool; becomes the labels `agentpool` and `kubernetes.azure.com/agentpool`. */
  readonly pool?: string;
  /** `spec.providerID`: which virtual machine the node is. */
  readonly providerId?: string;
  /** Pods that the node takes at most; 250 when absent. */
  readonly maxPods?: number;
  /** Kubernetes version without `v`, for example `1.35.2`. */
  readonly version?: string;
  /** Further labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface KubeletOptions {
  readonly node: NodeDescription;
  /** Origin of the API server: `https://name[:port]`. */
  readonly apiServer: string;
  /** Client certificate of `system:node:NAME` in `system:nodes`. */
  readonly credential: PemPair;
  /** PEM of the CA whose client certificates may read logs. */
  readonly clusterCa: string;
  /** What the kubelet's own listener shows. */
  readonly serverCertificate: PemPair;
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Folder of this node's pods; made with mode 0700. Nobody else may write in it. */
  readonly podsDir: string;
  readonly images: ImageCatalogue;
  /** Variables that every container finds beneath its own: proxy, CA bundles, PATH. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** The network of the node's pods; without one they share the machine's. */
  readonly network?: NodeNetwork;
  /** What the `namespace` runtime hides of the machine; without it only `podsDir`. */
  readonly namespace?: NamespaceOptions;
}

export interface NamespaceOptions {
  /** Absolute paths over which containers find an empty folder: the platform's data, the settings and sign-ins of its user. */
  readonly masked: readonly string[];
  /** Files and folders of the machine that containers find, read-only, at `to`: certificates of authorities, programs under a masked path. */
  readonly shared: readonly { readonly from: string; readonly to: string }[];
}

export interface Kubelet {
  /** Registers the node, starts its listener, ends what a crashed predecessor left, and takes up the node's pods. */
  start(): Promise<void>;
  /**
   * Ends all containers and the listener. With `removePods` the node's pods are deleted from the API and from disk, with `podsDir`;
   * without it they are taken up again at the next start. Never rejects; may be called twice.
   */
  stop(options?: { readonly removePods?: boolean }): Promise<void>;
  /** Resolves once the node is Ready and its pods are known; rejects when `start` failed. */
  readonly ready: Promise<void>;
}

/** What runs behind an image: a command (the image's ENTRYPOINT) and its default arguments (its CMD). */
export interface Program {
  readonly command: readonly string[];
  readonly args?: readonly string[];
  /**
   * Milliseconds of machine time for which starting the program may take: until it printed something, ended, or the time is over, the
   * container counts as being created. For programs on an interpreter, whose start takes long against a compiled one's. 0 when absent.
   */
  readonly startsWithin?: number;
  /** Set for parts of the platform that run as containers: then `command` only names the part, and a pod cannot replace it. */
  readonly component?: Component;
}

/** What a component answers to an HTTP probe. */
export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a component is started with: the same that a process would find. */
export interface ComponentLaunch {
  /** The container's arguments, without the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string; readonly nodeName: string };
  /** Reads a file by its path in the container, where a volume is mounted; rejects when there is none. */
  readFile(path: string): Promise<string>;
  /** Writes one line to the container's log. */
  log(line: string): void;
  /**
   * Answers HTTP probes of this port of the container from now on. There is no listener: nobody but the kubelet's prober
   * reaches it. Until then, and on every other port, probes are refused as a connection is.
   */
  answerProbes(port: number, answer: (path: string) => ProbeAnswer): void;
  /** Aborted when the container is to end. */
  readonly signal: AbortSignal;
}

/** A part of the platform that runs in its own process but is started, restarted and ended as a container. Resolves with the exit code. */
export type Component = (launch: ComponentLaunch) => Promise<number>;

/** Which runtime runs the programs of pods. */
export interface RuntimeChoice {
  readonly name: 'namespace' | 'process';
  /** One sentence, for people: why this one. */
  readonly because: string;
}

/** A pod as the network knows it. */
export interface PodSource {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly hostNetwork: boolean;
}

/** What a pod's containers need of the network. */
export interface PodNetwork {
  /** The pod's address: of the pod network, or the node's for pods in the host network. */
  readonly ip: string;
  readonly hostIp: string;
  /** Command and arguments to put before a program so that it runs in the pod's network; empty where there are no namespaces. */
  readonly enter: readonly string[];
  /** Contents for /etc/resolv.conf and /etc/hosts inside; undefined where there are no namespaces. */
  readonly files: { readonly resolvConf: string; readonly hosts: string; readonly hostname: string } | undefined;
  /** Variables that the container finds beneath its own, over those of the node: the way to the metadata service where its address cannot be had. */
  readonly env: Readonly<Record<string, string>>;
}

/** The network of one node and its pods. */
export interface NodeNetwork {
  readonly runtime: RuntimeChoice;
  /** The node's address as pods see it. */
  readonly nodeIp: string;
  /** Gives a pod its address; the same one again when it is called twice. Addresses are not reused while their pod is known. */
  attach(pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly hostNetwork: boolean;
  }): Promise<PodNetwork>;
  /** Takes everything of the pod away; connections from it are nobody's from this moment. Never rejects. */
  detach(uid: string): Promise<void>;
  /** Tells the network which processes are a pod's, where only that can tell pods apart. */
  owns(uid: string, pid: number): void;
  /** Removes everything. Never rejects; may be called twice. */
  close(): Promise<void>;
}

export interface ImageEntry extends Program {
  /** Image name. Without tag and digest it stands for all of them. */
  readonly image: string;
}

export interface ImageCatalogue {
  /** The program behind an image, or undefined: then the container is simulated. */
  find(image: string): Program | undefined;
  /** All entries; `bundled` ones cannot be unmapped, only mapped over. */
  list(): readonly (ImageEntry & { readonly bundled: boolean })[];
  /** Adds or replaces an entry of the file. Throws KernelError `invalid` for names and commands that are none. */
  map(image: string, command: readonly string[]): Promise<void>;
  /** Takes an entry out of the file; false when there was none. */
  unmap(image: string): Promise<boolean>;
}

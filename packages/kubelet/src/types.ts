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

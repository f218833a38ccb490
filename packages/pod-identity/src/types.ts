import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';

/** The pod that a connection was traced to by the node's network, never by anything that the pod says. */
export interface PodSource {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Its address; the node's for a pod in the host network. */
  readonly ip: string;
  readonly hostNetwork: boolean;
}

/** One request at the metadata address. */
export interface MetadataRequest {
  /** GUID, for logs. */
  readonly id: string;
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query; may hold back-slashes. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address of the peer. */
  readonly remoteAddress: string;
  /** Undefined when the connection belongs to no known pod: the node itself, or a pod that is gone. */
  readonly source: PodSource | undefined;
}

export interface MetadataAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type MetadataHandler = (request: MetadataRequest) => Promise<MetadataAnswer>;

/** What the metadata service tells about the virtual machine that is a node. */
export interface InstanceDescription {
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** The node resource group, which holds the scale set. */
  readonly resourceGroup: string;
  readonly location: string;
  /** Name of the scale set, and the resource id of the scale set. */
  readonly scaleSet: string;
  readonly scaleSetId: string;
  /** Number of the instance in its scale set, as a string. */
  readonly instanceId: string;
  /** Host name, which is the node's. */
  readonly nodeName: string;
  /** GUID of the machine. */
  readonly vmId: string;
  readonly vmSize: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly privateIp: string;
}

export interface VmIdentity {
  /** Undefined for the system-assigned identity. */
  readonly resourceId: string | undefined;
  readonly clientId: string;
  /** Object id of the service principal. */
  readonly principalId: string;
}

/** What the metadata service needs to know, asked anew for each request: identities come and go. */
export interface InstanceSource {
  describe(): InstanceDescription;
  /** The identities assigned to the scale set at this moment. */
  identities(): readonly VmIdentity[];
  /** Issues a token. Throws KernelError `not-found` for an unknown identity, `invalid` for an unknown resource. Times are seconds since the epoch. */
  mint(request: {
    readonly principalId: string;
    readonly resource: string;
  }): Promise<{ readonly token: string; readonly notBefore: number; readonly expiry: number }>;
}

/** Which of the machine's identities a token is asked for; without any name, the machine's only or system-assigned one. */
export interface IdentitySelector {
  readonly clientId?: string;
  readonly objectId?: string;
  readonly resourceId?: string;
}

/** The metadata service of one node: what listens at 169.254.169.254 on a virtual machine. */
export interface MetadataService {
  /** Answers like the machine's own endpoint. */
  readonly handle: MetadataHandler;
}

/** One node as NMI sees it. */
export interface NodeMetadata {
  readonly nodeName: string;
  /** The machine's own metadata service: where NMI gets tokens and passes other requests to. */
  readonly machine: MetadataHandler;
  /** Puts NMI in front of the pods' requests; the function returned takes it away. Throws KernelError `conflict` when one is there already. */
  intercept(handler: MetadataHandler): () => void;
}

/**
 * A container of a MIC or NMI image: the same programs as upstream, with upstream's flags, run inside the platform's
 * process. Structurally the kubelet's `ComponentLaunch`.
 */
export interface ComponentLaunch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pod: { readonly uid: string; readonly namespace: string; readonly name: string; readonly nodeName: string };
  /** Reads a file by its path in the container; rejects when there is none. */
  readFile(path: string): Promise<string>;
  /** Writes one line to the container's log. */
  log(line: string): void;
  /** Answers HTTP probes of this port from now on, without a listener; other ports, and this one until then, refuse connections. */
  answerProbes(port: number, answer: (path: string) => { readonly status: number; readonly body: string }): void;
  /** Aborted when the container is to end. */
  readonly signal: AbortSignal;
}

/** Runs until it ends by itself or `signal` aborts; resolves with its exit code. */
export type Component = (launch: ComponentLaunch) => Promise<number>;

/** What every component stands on. The API server is reached with the pod's own service account token. */
export interface ComponentDependencies {
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * `kubelet` owns what a node does: it takes up the pods that the API server assigned to it, prepares their volumes and
 * tokens, runs their containers and reports what became of them. It talks to the API server as any kubelet does, over
 * the wire and with a node's credential, so that the server in front of it may be any.
 *
 * Which runtime runs a container is the node's network's choice. `namespace` (Linux): mount, process, host name and IPC
 * namespaces of its own inside the pod's network, made with the tools of util-linux; a root that is laid over the
 * machine's and vanishes with the container, volumes at their real paths, the usual capabilities and no more, limits
 * where control groups can be made. There is no image and no seccomp filter: programs are the machine's. What a pod asks
 * and cannot have (privileged, host namespaces, further capabilities) is refused. As process 1 a program ends by SIGTERM
 * only when it heeds it, as on any node.
 *
 * `process`: a container is a local process group on the machine, with no namespace. Volumes lie in the pod's folder, and
 * **values of environment variables, arguments and the working directory that are a mount path of the container, or begin
 * with one and a slash, are translated to that folder**; an event `MountPathsTranslated` says so. Programs that open a
 * mount path which they know by heart do not find it. `component`: a part of the platform that runs in its own process
 * but lives and ends as a container. `simulated`: nothing runs; the container is a pause, and an event `Simulated` says so.
 */
export { createImageCatalogue, type ImageCatalogueOptions } from './images/catalogue.ts';
export { createKubelet } from './kubelet.ts';
export {
  chooseRuntime,
  openClusterNetwork,
  openProcessNetwork,
  type ClusterAddresses,
  type ClusterNetwork,
  type ClusterNetworkOptions,
  type ConnectionEnds,
  type ConnectionSource,
  type Endpoint,
  type ListenInside,
  type NamespaceNode,
  type NamespaceNodeOptions,
  type NetworkPlugin,
  type OnMetadataConnection,
  type ProcessNode,
  type ProcessNodeOptions,
  type WantedRuntime,
} from './network/index.ts';
export type {
  Component,
  ComponentLaunch,
  ImageCatalogue,
  ImageEntry,
  Kubelet,
  KubeletOptions,
  NamespaceOptions,
  NodeDescription,
  NodeNetwork,
  PemPair,
  PodNetwork,
  PodSource,
  ProbeAnswer,
  Program,
  RuntimeChoice,
} from './types.ts';

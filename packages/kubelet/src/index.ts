/**
 * `kubelet` owns what a node does: it takes up the pods that the API server assigned to it, prepares their volumes and
 * tokens, runs their containers and reports what became of them. It talks to the API server as any kubelet does, over
 * the wire and with a node's credential, so that the server in front of it may be any.
 *
 * Two runtimes. `process`: a container is a local process group, started from the image catalogue. `command` of the
 * container replaces the catalogue's command and `args` its arguments, as ENTRYPOINT and CMD of an image; the program
 * is looked up on the host. There is no mount, network or user namespace. Volumes therefore lie in the pod's folder,
 * and **values of environment variables, arguments and the working directory that are a mount path of the container,
 * or begin with one and a slash, are translated to that folder**; an event `MountPathsTranslated` says so. Programs
 * that open a mount path which they know by heart do not find it. Pods share the host's network: their IP is the
 * loopback address. `simulated`: nothing runs; the container is a pause, and an event `Simulated` says so.
 */
export { createImageCatalogue, type ImageCatalogueOptions } from './images/catalogue.ts';
export { createKubelet } from './kubelet.ts';
export type { ImageCatalogue, ImageEntry, Kubelet, KubeletOptions, NodeDescription, PemPair, Program } from './types.ts';

/**
 * Microsoft.ContainerService: managed clusters and their agent pools. The provider owns what Azure knows of a cluster;
 * the cluster itself runs behind the host port, so that an embedded cluster, or an attached one, can stand there.
 */
export { clusterDescriptions, containerServiceProvider, type ContainerServiceOptions } from './provider.ts';
export { containerServiceCoverage } from './coverage.ts';
export { containerServiceErrors } from './errors.ts';
export { azureNames, type ClusterNames } from './wire.ts';

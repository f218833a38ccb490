/**
 * Microsoft.Compute: the scale sets behind the nodes of clusters. Clusters make, resize and delete them; this provider
 * shows them and changes the identities assigned to them, which is what pod identity's MIC and `az vmss identity` do.
 * There are no machines outside scale sets, so lists of virtual machines are empty.
 */
export { computeProvider } from './provider.ts';
export { computeCoverage } from './coverage.ts';
export { computeErrors } from './errors.ts';

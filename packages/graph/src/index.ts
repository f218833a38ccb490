/**
 * Microsoft Graph v1.0 over the directory: users, groups, applications, service principals and the grants between them, as the Azure CLI and the SDKs use
 * them. Every operation is a row with the permission that it needs; the dispatcher enforces it before the operation runs, so that none can forget it.
 * What is not offered is refused with Graph's own errors, because an empty answer would look like a person who does not exist.
 */
export { createGraph, type GraphOptions } from './graph.ts';
export { catalogue as graphErrorCatalogue, type GraphErrorName } from './errors.ts';
export type { Route as GraphRoute } from './operation.ts';
export { routes as graphRoutes } from './routes.ts';

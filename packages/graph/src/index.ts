/**
 * Microsoft Graph v1.0 over the directory: as much of it as the Azure CLI needs to find out who is signed in and to turn
 * names into object ids. It reads the directory and never changes it. What it does not offer is refused with Graph's own errors,
 * because an empty answer would look like a person who does not exist.
 */
export { createGraph, type GraphOptions } from './graph.ts';
export { catalogue as graphErrorCatalogue, type GraphErrorName } from './errors.ts';
export { routes as graphRoutes, type Route as GraphRoute } from './routes.ts';

/**
 * Tenants, subscriptions, locations, resource groups, the lists of resources, providers and preview features: what
 * Azure's resource manager serves itself. Subscriptions are seeded by the server (`Arm.seedSubscription`); there is no
 * wire operation that makes one.
 */
export { createFeaturesProvider, featuresProvider, resourcesProvider, type FeaturesOptions } from './provider.ts';
export { featuresCoverage, resourcesCoverage } from './coverage.ts';
export { resourcesErrors } from './errors.ts';

/**
 * `arm` owns the Azure Resource Manager front end: the dispatcher with its shared phases (authentication,
 * api-version, authorization, validation), resource ids, long-running operations, the resource store and the error
 * catalogue. Resource providers are plain objects plugged into it; what lies outside ARM reaches them through ports.
 *
 * Crashes: a resource row is written last when something else must exist first (a principal, a vault behind its host
 * name) and removed first when it goes; what an interrupted request leaves behind has no row, and `recover` of each
 * provider takes it away at the next start. Rows that belong together are one transaction.
 */
export * from './ports.ts';
export * from './model.ts';
export * from './body/index.ts';
export { createArm, type Arm, type ArmOptions } from './arm.ts';
export { azureProfile, type ArmProfile } from './profile.ts';
export { ArmError, defineErrors, type ArmErrorOptions, type ErrorDetail, type ErrorRow } from './fault.ts';
export { armErrors, fail } from './errors.ts';
export * from './provider.ts';
export { createLocks, type Locks } from './locks.ts';
export type { LongOperation, Operations, OperationStatus } from './operations.ts';
export { answerOperationResult, answerOperationStatus, azureTime, operationUrl, retryAfter } from './long-running.ts';
export { formatId, groupId, idKey, outermost, parseId, typeOf, type ParsedId, type ResourceId } from './resource-id.ts';
export type { Change, ListFilter, Resources, ResourceTable } from './resources.ts';
export type { FeatureMark, RegistrationState, Subscriptions } from './subscriptions.ts';
export { changeFeature, featureState, type FeatureName, type FeatureState } from './features.ts';
export {
  changedIdentities,
  removeScaleSet,
  scaleSetsOf,
  withIdentities,
  type IdentityChange,
  type ScaleSet,
  type ScaleSetIdentity,
} from './scale-sets.ts';
export { assignAction, requireAssignable } from './linked-access.ts';
export { compareCoverage, type CoverageLedger, type Support } from './coverage.ts';
export { headers, tagLimits, nameLimits } from './wire.ts';
export { regionName, regions, type Region } from './regions.ts';
export { requireRegion } from './location.ts';

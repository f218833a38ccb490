/**
 * `arm` owns the Azure Resource Manager front end: the dispatcher with its shared phases (authentication,
 * api-version, authorization, validation, audit), resource ids, long-running operations, the resource store and the
 * error catalogue. Resource providers are plain objects plugged into it; what lies outside ARM reaches them through ports.
 */
export * from './ports.ts';

/**
 * `conformance` owns the black-box suites: they start a platform through its command line and drive it with the
 * official clients over the wire, as its users do.
 */
export * from './platform/platform.ts';
export * from './platform/until.ts';

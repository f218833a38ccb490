/**
 * `tools` owns what the repository needs for itself: the client tool chain (az, kubectl) that tests and the walkthrough
 * drive, the test driver, and the table of layers that the linter enforces. Nothing of it ships with the platform.
 */
export * from './clients/az.ts';
export * from './clients/chromium.ts';
export * from './clients/kubectl.ts';
export * from './paths.ts';
export * from './progress.ts';
export * from './run.ts';
export { ensureProgram, readyCommand, type SdkProgram } from './sdks/program.ts';
export { sdkPrograms } from './sdks/programs.ts';

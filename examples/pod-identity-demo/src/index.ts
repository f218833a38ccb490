/**
 * A workload that uses its pod-managed identity, as the demo image of the pod identity articles does: it asks the
 * metadata service for tokens, lists virtual machines with one, and tells each success in the documented words. It
 * knows nothing of the platform that it runs on. Run `main.ts`.
 */
export { countVirtualMachines } from './arm.ts';
export { createGet, type Answer, type Get, type GetOptions } from './request.ts';
export { runRound, type RoundOptions } from './round.ts';
export { parseDuration, readSettings, type Settings } from './settings.ts';
export { acquireToken } from './token.ts';

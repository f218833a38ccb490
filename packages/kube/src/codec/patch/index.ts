export { applyJsonPatch } from './json.ts';
export { applyMergePatch } from './merge.ts';
export { applyStrategicMergePatch } from './strategic.ts';

export { applyAddon, removeAddon } from './apply.ts';
export type { AddonFailure, AddonOptions, AddonProfile } from './types.ts';
export { addonManifests } from './manifests.ts';
export { standardManifests } from './standard/standard.ts';

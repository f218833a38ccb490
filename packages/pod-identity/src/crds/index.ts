export * from './types.ts';
export * from './wire.ts';
export { customResourceDefinitions, type Manifest } from './definitions.ts';
export { readAssigned, readBinding, readIdentity } from './read.ts';
export { members, text, textMap } from './members.ts';
export { invalidResourceId, isIdentityResourceId } from './resource-id.ts';

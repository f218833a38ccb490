import { allowedCapabilities } from './allowed-capabilities.ts';
import type { PolicyDefinition } from './types.ts';

export type { ParameterDefinition, PolicyDefinition } from './types.ts';
export { labelSelectorProblem } from './label-selector.ts';

/** The built-in definitions: those that are enforced here, and no others. */
export const definitions: readonly PolicyDefinition[] = [allowedCapabilities];

const byName = new Map(definitions.map((definition) => [definition.name, definition]));

export const findDefinition = (name: string): PolicyDefinition | undefined => byName.get(name.toLowerCase());

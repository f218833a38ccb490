import { child, ensure, fill, text, type Draft } from './fill.ts';

/** CustomResourceDefinition: names that follow from the kind, and no conversion. */
export const defaultDefinition = (definition: Draft): void => {
  const spec = child(definition, 'spec');
  if (spec === undefined) return;
  const names = ensure(spec, 'names');
  const kind = text(names, 'kind');
  if (text(names, 'singular') === '' && kind !== '') names['singular'] = kind.toLowerCase();
  if (text(names, 'listKind') === '' && kind !== '') names['listKind'] = `${kind}List`;
  fill(spec, { conversion: { strategy: 'None' } });
};

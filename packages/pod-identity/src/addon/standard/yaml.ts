import type { Json } from '@podpass/kernel';
import type { Manifest } from '../../crds/index.ts';

/** Text that YAML 1.1 and 1.2 both read as this very string. */
const plain = /^[A-Za-z][A-Za-z0-9./-]*$/;
const reserved = /^(?:true|false|yes|no|on|off|null|y|n)$/i;
/** Text without a quote or an escape stands in single quotes, as the formatter of this repository writes it; any other as JSON. */
const quoted = (text: string): string => (/^[ -&(-[\]-~]*$/.test(text) ? `'${text}'` : JSON.stringify(text));
const key = (name: string): string => (plain.test(name) && !reserved.test(name) ? name : quoted(name));
const scalar = (value: string | number | boolean | null): string => (typeof value === 'string' ? key(value) : JSON.stringify(value));

/** Lines of one value, without the indent of its parent. */
const lines = (value: Json): readonly string[] => {
  if (value === undefined || value === null || typeof value !== 'object') return [scalar(value ?? null)];
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]'];
    return (value as readonly Json[]).flatMap((item) => lines(item).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`));
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return ['{}'];
  return members.flatMap(([name, member]) => {
    const inner = lines(member as Json);
    const nested = typeof member === 'object' && member !== null && Object.keys(member).length > 0;
    return nested ? [`${key(name)}:`, ...inner.map((line) => `  ${line}`)] : [`${key(name)}: ${inner[0] ?? ''}`];
  });
};

/** Writes manifests as one YAML stream. Only what JSON can hold occurs, so every string that could be misread is quoted as JSON. */
export const toYaml = (manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => `${lines(manifest).join('\n')}\n`).join('---\n');

import type { InstanceSource, MetadataAnswer, MetadataRequest } from '../types.ts';
import { answerJson, answerText, refusal } from './errors.ts';
import { instanceDocument, type Node } from './instance-document.ts';
import { instanceVersions } from './wire.ts';

const isList = (node: Node): node is readonly Node[] => Array.isArray(node);

const child = (node: Node, name: string): Node | undefined => {
  if (typeof node === 'string') return undefined;
  if (isList(node)) return /^(?:0|[1-9]\d{0,3})$/.test(name) ? node[Number(name)] : undefined;
  return Object.hasOwn(node, name) ? node[name] : undefined;
};

const isLeaf = (node: Node): node is string => typeof node === 'string';

/** The names below a node, one a line; those that have names below themselves end in a slash. */
const listing = (node: Exclude<Node, string>): string =>
  Object.entries(node)
    .map(([name, value]) => (isLeaf(value) ? name : `${name}/`))
    .join('\n');

const render = (node: Node, format: string): MetadataAnswer => {
  if (format === 'text') return answerText(isLeaf(node) ? node : listing(node));
  return isLeaf(node) ? refusal.leafNeedsText() : answerJson(node);
};

/** GET /metadata/instance[/…]: the document about the machine or a part of it, by its names and indexes. */
export const createInstanceOperation =
  (source: InstanceSource) =>
  ({ query }: MetadataRequest, names: readonly string[]): MetadataAnswer => {
    const version = query.get('api-version') ?? '';
    if (version === '') return refusal.noVersion();
    if (!instanceVersions.includes(version)) return refusal.badVersion();
    const format = (query.get('format') ?? '') || 'json';
    if (format !== 'json' && format !== 'text') return refusal.badFormat();
    let node: Node | undefined = instanceDocument(source.describe(), version);
    for (const name of names) node = node === undefined ? undefined : child(node, name);
    return node === undefined ? refusal.notFound() : render(node, format);
  };

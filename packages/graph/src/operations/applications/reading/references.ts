import { isGuid } from '@podpass/kernel';
import { GraphError } from '../../../errors.ts';
import { mostBindings } from '../../../wire.ts';
import { distinct, listOf, type Reader } from './values.ts';

const sets = new Set(['directoryobjects', 'users', 'serviceprincipals']);

/** The object id in `https://…/v1.0/directoryObjects/{id}`, in lower case. */
const reference: Reader<string> = (value) => {
  const path = typeof value === 'string' ? (URL.parse(value)?.pathname.split('/') ?? []) : [];
  const [, version = '', set = '', id = '', ...further] = path;
  const good = /^(v1\.0|beta)$/i.test(version) && sets.has(set.toLowerCase()) && isGuid(id) && further.length === 0;
  if (!good) throw new GraphError('badReferenceUrl');
  return id.toLowerCase();
};

/** `owners@odata.bind`: relations made together with an object. */
export const bindings: Reader<readonly string[]> = (value, place) => distinct(listOf(reference, mostBindings)(value, place), (id) => id);

/** The body of `…/$ref`. https://learn.microsoft.com/graph/api/application-post-owners */
export const readReference = (body: Readonly<Record<string, unknown>>): string => {
  const further = Object.keys(body).find((name) => name !== '@odata.id' && name !== '@odata.type' && name !== '@odata.context');
  if (further !== undefined) throw new GraphError('unknownBodyProperty', { property: further });
  return reference(body['@odata.id'], { resource: 'DirectoryObject', property: '@odata.id' });
};

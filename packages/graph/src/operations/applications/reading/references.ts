import { isGuid } from '@podpass/kernel';
import { GraphError } from '../../../errors.ts';
import { graphHost, mostBindings } from '../../../wire.ts';
import { distinct, listOf, type Reader } from '../../../values.ts';

/** Characters of a reference. */
const longest = 1000;

const sets = new Set(['directoryobjects', 'users', 'serviceprincipals']);

/** The object id in `https://graph.microsoft.com/v1.0/directoryObjects/{id}`, in lower case. URLs of other hosts name nothing here. */
const reference: Reader<string> = (value) => {
  const url = typeof value === 'string' && value.length <= longest ? URL.parse(value) : null;
  const ours = url?.protocol === 'https:' && url.host === graphHost && url.username === '' && url.password === '' && url.search === '';
  const [, version = '', set = '', id = '', ...further] = ours ? url.pathname.split('/') : [];
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

import { GraphError } from './errors.ts';
import { queryLimit } from './wire.ts';

/** One comparison with a text: the only filters that are understood. */
export interface TextFilter {
  /** The property in lower case; of a collection, the one whose elements are compared. */
  readonly property: string;
  readonly collection: boolean;
  readonly value: string;
}

/** `name eq 'text'`, where a quote within the text is doubled (OData 4.01 ABNF, string). */
const equality = /^\s*([A-Za-z]\w*)\s+eq\s+'((?:[^']|'')*)'\s*$/i;
/** `name/any(x:x eq 'text')` */
const anyEquality = /^\s*([A-Za-z]\w*)\/any\(\s*([A-Za-z]\w*)\s*:\s*([A-Za-z]\w*)\s+eq\s+'((?:[^']|'')*)'\s*\)\s*$/i;

/** Parses a filter. Throws a 400 for every other form: a filter that was not understood must not look like an empty answer. */
export const parseFilter = (filter: string): TextFilter => {
  if (filter.length > queryLimit) throw new GraphError('badFilter');
  const plain = equality.exec(filter);
  if (plain) return textFilter(plain[1], plain[2], false);
  const any = anyEquality.exec(filter);
  if (any && any[2] === any[3]) return textFilter(any[1], any[4], true);
  throw new GraphError('badFilter');
};

const textFilter = (property = '', value = '', collection: boolean): TextFilter => ({
  property: property.toLowerCase(),
  collection,
  value: value.replaceAll("''", "'"),
});

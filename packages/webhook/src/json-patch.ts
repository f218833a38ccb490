/** The operations of RFC 6902 that the mutation needs. It never removes. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'replace';
  /** JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value: unknown;
}

/** Builds a JSON pointer from its unescaped parts. */
export const pointer = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

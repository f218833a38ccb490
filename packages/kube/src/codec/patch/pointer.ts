import { CodecError } from '../errors.ts';

/** Parses a JSON Pointer (RFC 6901). Throws CodecError `patch-malformed`. */
export const parsePointer = (pointer: string): string[] => {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/u.test(pointer)) throw new CodecError('patch-malformed', 'a path is not a JSON Pointer');
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
};

/** The index that a pointer's part means in a list of `length`, or undefined; `-` means the end. */
export const listIndex = (part: string, length: number): number | undefined => {
  if (part === '-') return length;
  return /^(?:0|[1-9]\d{0,8})$/u.test(part) ? Number(part) : undefined;
};

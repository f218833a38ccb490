import { KernelError, isKernelError } from '@podpass/kernel';

/** Encrypts values at rest; `context` (the key) is authenticated, so that a box cannot be moved to another key. */
export interface Sealer {
  seal(plaintext: Uint8Array, context: string): Uint8Array;
  open(box: Uint8Array, context: string): Uint8Array;
}

export interface CodecOptions<T> {
  /** Turns a value into something JSON text can hold; the identity when absent. */
  readonly encode?: (value: T) => unknown;
  /** Turns parsed JSON into a value and may throw upon a shape that it does not know; a plain cast when absent. */
  readonly decode?: (json: unknown) => T;
  /** Seals the JSON text at rest. */
  readonly sealed?: Sealer;
}

export interface Codec<T> {
  toBytes(key: string, value: T): Uint8Array;
  /** Throws `corrupt` when the bytes hold no such value. */
  fromBytes(key: string, bytes: Uint8Array): T;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export const createCodec = <T>({ encode = (value) => value, decode = (json) => json as T, sealed }: CodecOptions<T>): Codec<T> => ({
  toBytes(key, value) {
    const text: string | undefined = JSON.stringify(encode(value));
    if (text === undefined) throw new KernelError('invalid', 'The value has no JSON form.');
    const plain = Buffer.from(text);
    return sealed === undefined ? plain : sealed.seal(plain, key);
  },
  fromBytes(key, bytes) {
    try {
      return decode(JSON.parse(utf8.decode(sealed === undefined ? bytes : sealed.open(bytes, key))));
    } catch (thrown) {
      if (isKernelError(thrown)) throw thrown;
      throw new KernelError('corrupt', 'A stored value cannot be read.', { detail: { key }, cause: thrown });
    }
  },
});

/** Bytes of one block, and of the longest value that is put into one. */
const blockBytes = 256 * 1024;
const longest = 8 * 1024;

/**
 * Copies values side by side into large blocks. A value in memory of its own costs the collector two more objects and an allocation outside the
 * heap, for each of what may be hundreds of thousands. A block lives as long as any of its values.
 */
export const createPacking = (): ((value: Uint8Array) => Uint8Array) => {
  let block: ArrayBuffer | undefined;
  let used = 0;
  return (value) => {
    const { length } = value;
    if (length > longest) return value;
    if (block === undefined || used + length > blockBytes) {
      block = new ArrayBuffer(blockBytes);
      used = 0;
    }
    const packed = new Uint8Array(block, used, length);
    packed.set(value);
    used += length;
    return packed;
  };
};

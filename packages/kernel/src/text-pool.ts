/**
 * Gives equal texts one place in memory: for words that thousands of records repeat. Knows the first `places` texts (4096 when absent); others come
 * back as they are.
 */
export const createTextPool = (places = 4096): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size < places) known.set(text, text);
    return text;
  };
};

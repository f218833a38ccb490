/** What was sent is repeated in a refusal, but not at any length. */
export const shown = (text: string): string => (text.length > 256 ? `${text.slice(0, 256)}...` : text);

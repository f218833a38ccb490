/** A piece of an expression: a word (`claims`, an operator), a quoted text, a bracket, or one or more spaces. `at` is its place, from 0. */
export interface Token {
  readonly kind: 'word' | 'text' | 'open' | 'close' | 'space';
  /** The word, or the text without its quotes; `[`, `]` and the spaces as they stand. */
  readonly value: string;
  readonly at: number;
}

export interface ParseFailure {
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** Where, in characters from 0. */
  readonly at: number;
}

const isLetter = (character: string | undefined): boolean => character !== undefined && /^[A-Za-z]$/.test(character);

/** Cuts an expression into tokens in one pass. Within quotes a doubled quote stands for one: quotes are the language's escape character. */
export const tokenize = (text: string): { readonly tokens: readonly Token[] } | { readonly failure: ParseFailure } => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === "'") {
      const quoted = readText(text, at);
      if ('failure' in quoted) return quoted;
      tokens.push({ kind: 'text', value: quoted.value, at });
      at = quoted.end;
    } else if (character === '[' || character === ']') {
      tokens.push({ kind: character === '[' ? 'open' : 'close', value: character, at });
      at += 1;
    } else if (character === ' ') {
      const end = endOf(text, at, (next) => next === ' ');
      tokens.push({ kind: 'space', value: text.slice(at, end), at });
      at = end;
    } else if (isLetter(character)) {
      const end = endOf(text, at, isLetter);
      tokens.push({ kind: 'word', value: text.slice(at, end), at });
      at = end;
    } else {
      return { failure: { message: 'The character does not belong here.', at } };
    }
  }
  return { tokens };
};

const endOf = (text: string, start: number, belongs: (character: string | undefined) => boolean): number => {
  let end = start + 1;
  while (end < text.length && belongs(text[end])) end += 1;
  return end;
};

const readText = (text: string, start: number): { readonly value: string; readonly end: number } | { readonly failure: ParseFailure } => {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote === -1) return { failure: { message: 'The text has no closing quote.', at: start } };
    value += text.slice(at, quote);
    if (text[quote + 1] !== "'") return { value, end: quote + 1 };
    value += "'";
    at = quote + 2;
  }
};

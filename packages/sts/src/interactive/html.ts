/** Markup that is safe to send. It comes from `html` only: text can never be mistaken for it, whatever it contains. */
export interface Html {
  readonly [markup]: string;
}
declare const markup: unique symbol;

/** What may stand in a template. False and undefined write nothing; texts and numbers are escaped. */
export type Piece = Html | string | number | false | undefined | readonly Piece[];

const known = new WeakMap<object, string>();

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

/** Escapes text for content and for quoted attributes. Characters that no document may hold become U+FFFD. */
const escapeText = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '\uFFFD')
    .replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');

const write = (piece: Piece): string => {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string' || typeof piece === 'number') return escapeText(String(piece));
  if (Array.isArray(piece)) return piece.map(write).join('');
  return known.get(piece) ?? '';
};

/** The one way to make markup: every value is escaped unless `html` made it. Attribute values must be quoted in the template. */
export const html = (texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html => {
  const made = {};
  known.set(made, texts.map((text, index) => text + write(pieces[index])).join(''));
  return made as Html;
};

/** The text of markup, for sending. */
export const render = (made: Html): string => write(made);

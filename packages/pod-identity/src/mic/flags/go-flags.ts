/** One flag, as a program of Go's `flag` package declares it. */
export interface FlagDeclaration {
  readonly kind: 'bool' | 'string' | 'int' | 'float' | 'duration';
  readonly usage: string;
  /** Shown in the usage; the value when the flag is not given. Durations as Go writes them. */
  readonly value: string;
}

export type FlagTable = Readonly<Record<string, FlagDeclaration>>;

/** The values as texts that passed their kind's check, or what the program prints before it exits with `code`. */
export type ParsedFlags<T extends FlagTable> =
  | { readonly ok: true; readonly values: Readonly<Record<keyof T, string>> }
  | { readonly ok: false; readonly code: number; readonly lines: readonly string[] };

const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/y;

/** Milliseconds of a duration as Go writes it (`1h30m`, `250ms`, `0`); undefined for anything else. https://pkg.go.dev/time#ParseDuration */
export const parseDuration = (text: string): number | undefined => {
  const negative = text.startsWith('-');
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  if (body === '') return undefined;
  let total = 0;
  part.lastIndex = 0;
  while (part.lastIndex < body.length) {
    const match = part.exec(body);
    if (match === null) return undefined;
    total += Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN);
  }
  return negative ? -total : total;
};

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A truth value in one of Go's spellings; undefined for anything else. https://pkg.go.dev/strconv#ParseBool */
export const parseBool = (text: string): boolean | undefined => {
  if (truths.has(text)) return true;
  return falsehoods.has(text) ? false : undefined;
};

/** The value in one spelling; undefined when it is not of the kind. */
const normalise = (kind: FlagDeclaration['kind'], text: string): string | undefined => {
  switch (kind) {
    case 'bool':
      return parseBool(text)?.toString();
    case 'int':
      return /^[+-]?\d{1,15}$/.test(text) ? String(Number(text)) : undefined;
    case 'float':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? text : undefined;
    case 'duration':
      return parseDuration(text) === undefined ? undefined : text;
    case 'string':
      return text;
  }
};

const shown = ({ kind, value }: FlagDeclaration): string => {
  if (value === '' || value === 'false' || value === '0') return '';
  return kind === 'string' ? ` (default "${value}")` : ` (default ${value})`;
};

/** The usage as Go's PrintDefaults writes it. */
const usageOf = (program: string, table: FlagTable): string[] => [
  `Usage of ${program}:`,
  ...Object.entries(table)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, flag]) => [`  -${name}${flag.kind === 'bool' ? '' : ` ${flag.kind}`}`, `    \t${flag.usage}${shown(flag)}`]),
];

/**
 * Parses arguments as Go's `flag` package does: one dash or two, `=` or the next argument, booleans only with `=`; the
 * first argument that is no flag ends the flags. An unknown flag or bad value ends the program with code 2.
 * https://pkg.go.dev/flag#hdr-Command_line_flag_syntax
 */
export const parseFlags = <T extends FlagTable>(program: string, table: T, args: readonly string[]): ParsedFlags<T> => {
  const values: Record<string, string> = Object.fromEntries(Object.entries(table).map(([name, { value }]) => [name, value]));
  const refuse = (line: string): ParsedFlags<T> => ({ ok: false, code: 2, lines: [line, ...usageOf(program, table)] });
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument.length < 2 || !argument.startsWith('-') || argument === '--') break;
    const bare = argument.replace(/^--?/, '');
    if (bare.startsWith('-') || bare.startsWith('=')) return refuse(`bad flag syntax: ${argument}`);
    const equals = bare.indexOf('=');
    const name = equals < 0 ? bare : bare.slice(0, equals);
    if (!Object.hasOwn(table, name) && (name === 'help' || name === 'h')) return { ok: false, code: 0, lines: usageOf(program, table) };
    const flag = Object.hasOwn(table, name) ? table[name] : undefined;
    if (flag === undefined) return refuse(`flag provided but not defined: -${name}`);
    let text: string | undefined = equals < 0 ? undefined : bare.slice(equals + 1);
    if (text === undefined && flag.kind === 'bool') text = 'true';
    if (text === undefined) {
      index += 1;
      text = args[index];
      if (text === undefined) return refuse(`flag needs an argument: -${name}`);
    }
    const value = normalise(flag.kind, text);
    if (value === undefined)
      return refuse(
        flag.kind === 'bool'
          ? `invalid boolean value "${text}" for -${name}: parse error`
          : `invalid value "${text}" for flag -${name}: parse error`,
      );
    values[name] = value;
  }
  return { ok: true, values: values as Record<keyof T, string> };
};

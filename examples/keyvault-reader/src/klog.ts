/** One line in the form of Kubernetes' klog: severity, local time, process, place, message and its values. */
export interface LogEntry {
  readonly severity: 'I' | 'E';
  readonly at: Date;
  /** `file:line`, as the Go sample that this one stands in for reports it. */
  readonly place: string;
  readonly message: string;
  readonly values: Readonly<Record<string, string>>;
}

const escapes: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** What cannot be printed; a plain space can. */
const unprintable = /[\p{C}\p{Z}]/u;

const quoteOne = (character: string): string => {
  const known = escapes[character];
  if (known !== undefined) return known;
  if (character === ' ' || !unprintable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
};

/** Quotes as Go's strconv.Quote does: backslashes and quotes escaped, printable characters as they are. */
export const quote = (text: string): string => `"${Array.from(text, quoteOne).join('')}"`;

const two = (value: number): string => String(value).padStart(2, '0');

/** The process number of the only process in a container, in klog's seven columns. */
const processColumn = '1'.padStart(7);

/** Formats one line, without its end. Source: the header format of k8s.io/klog. */
export const formatLogLine = ({ severity, at, place, message, values }: LogEntry): string => {
  const day = `${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const micros = `${String(at.getMilliseconds()).padStart(3, '0')}000`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${micros}`;
  const pairs = Object.entries(values).map(([name, value]) => ` ${name}=${quote(value)}`);
  return `${severity}${day} ${time} ${processColumn} ${place}] ${quote(message)}${pairs.join('')}`;
};

import { isIP, isIPv4, isIPv6 } from 'node:net';

const hex = (digits: string) => new RegExp(`^${digits}$`, 'iu');
const uuid = (version: string, variant = '[0-9a-f]') =>
  hex(`[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}`);
const by = (pattern: RegExp) => (text: string) => pattern.test(text);

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:?\d\d)$/u.test(text) &&
  !Number.isNaN(Date.parse(text.replace(' ', 'T')));

const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/u.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...more] = text.split('/');
  return more.length === 0 && isIP(address) > 0 && /^\d{1,3}$/u.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128);
};

/** Whether a text is of the format. Formats of numbers and those that only inform (`password`) are not texts to check. */
export const textFormats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: by(hex('[0-9a-f]{24}')),
  byte: by(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u),
  cidr: isCidr,
  date: isDate,
  'date-time': isTime,
  datetime: isTime,
  duration: (text) =>
    text.length <= 64 &&
    /^[+-]?(?:0|(?:(?:\d{1,19}(?:\.\d{0,19})?|\.\d{1,19})(?:ns|us|µs|ms|s|m|h))+|\d{1,19} ?(?:nanos?|micros?|millis?|secs?|minutes?|hours?|days?|weeks?))$/u.test(
      text,
    ),
  email: (text) => text.length <= 254 && /^[^\s@"(),:;<>[\\\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/u.test(text),
  hexcolor: by(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/iu),
  hostname: (text) => text.length <= 255 && /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})?)*\.?$/u.test(text),
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  mac: by(/^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?:(?:[:-][0-9a-f]{2}){2})?$/iu),
  ssn: by(/^\d{3}[ -]?\d{2}[ -]?\d{4}$/u),
  uri: (text) => URL.canParse(text) || /^\/[^\s]*$/u.test(text),
  uuid: by(uuid('[0-9a-f]')),
  uuid3: by(uuid('3')),
  uuid4: by(uuid('4', '[89ab]')),
  uuid5: by(uuid('5', '[89ab]')),
};

/** Formats that Kubernetes checks and this server does not: a definition that asks for one is refused. */
export const refusedFormats: readonly string[] = ['creditcard', 'isbn', 'isbn10', 'isbn13', 'rgbcolor'];

/** Bounds of the numeric formats. */
export const numberFits = (format: string, value: number): boolean => {
  if (format === 'int32') return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
  if (format === 'int64') return Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
  return format !== 'float' || Math.abs(value) <= 3.402_823_466_385_288_6e38;
};

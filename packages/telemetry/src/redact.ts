/** What stands in the place of a redacted value. */
export const redacted = '[redacted]';

/** Names whose values never reach a log, compared without case, hyphens and underscores. */
const secretNames = new Set([
  'accesstoken',
  'adminpassword',
  'apikey',
  'assertion',
  'authorization',
  'bearertoken',
  'clientassertion',
  'clientkey',
  'clientkeydata',
  'clientsecret',
  'cookie',
  'credential',
  'd',
  'devicecode',
  'exportprivate',
  'idtoken',
  'key',
  'masterkey',
  'passwd',
  'password',
  'plaintext',
  'privatekey',
  'proxyauthorization',
  'refreshtoken',
  'secret',
  'secrettext',
  'secretvalue',
  'setcookie',
  'signature',
  'stringdata',
  'token',
  'value',
  'xidentityheader',
]);

/** Endings that mark a secret whatever stands before them: `kube_access_token`, `sp-password`. */
const secretEndings = /(?:password|passwd|clientsecret|assertion|accesstoken|refreshtoken|idtoken|privatekey|bearertoken)$/;

/** Deepest level that is logged; what lies below is left out rather than left unredacted. */
const depthLimit = 6;
/** Most members or elements of one value that are logged. */
const widthLimit = 50;
/** Longest text that is logged, in characters. */
const textLimit = 4_096;

const verdicts = new Map<string, boolean>();

/** Whether a field of this name is redacted. Answers are remembered for the first thousand names. */
export const isSecretName = (name: string): boolean => {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const plain = name.toLowerCase().replaceAll(/[-_.\s]/g, '');
  const verdict = secretNames.has(plain) || secretEndings.test(plain);
  if (verdicts.size < 1_000) verdicts.set(name, verdict);
  return verdict;
};

/** A JWT or JWE in compact form: the encoded `{"` of a header, then at least one more part. */
const compactToken = /eyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}/g;
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
const pemKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const formField = /\b(client_secret|client_assertion|password|refresh_token|access_token|id_token|assertion|device_code)=[^&\s"']+/gi;
const suspicious = /eyJ|earer|asic|PRIVATE KEY|(?:secret|assertion|password|token|code)=/i;

/** Removes what looks like a token, a credential or a private key from a text, and cuts it to 4096 characters. */
export const redactText = (text: string): string => {
  const bounded = text.length > textLimit ? `${text.slice(0, textLimit)}…` : text;
  if (!suspicious.test(bounded)) return bounded;
  return bounded
    .replaceAll(pemKey, redacted)
    .replaceAll(compactToken, redacted)
    .replaceAll(bearer, `$1 ${redacted}`)
    .replaceAll(formField, `$1=${redacted}`);
};

const redactError = (error: Error, depth: number): object => ({
  type: error.name,
  message: redactText(error.message),
  ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {}),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth - 1) }),
});

const redactMembers = (value: object, depth: number): object => {
  const copy: Record<string, unknown> = {};
  let left = widthLimit;
  for (const [name, member] of Object.entries(value)) {
    if (left-- === 0) {
      copy['…'] = 'left out';
      break;
    }
    copy[name] = isSecretName(name) ? redacted : redactValue(member, depth - 1);
  }
  return copy;
};

const redactObject = (value: object, depth: number): unknown => {
  if (depth <= 0) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return redactMembers(Object.fromEntries(value), depth);
  if (value instanceof Set) return redactObject([...value], depth);
  if (Array.isArray(value)) return value.slice(0, widthLimit).map((element) => redactValue(element, depth - 1));
  return redactMembers(value, depth);
};

/** A copy of `value` that is safe to log: secret-like fields replaced, texts scrubbed, depth and width bounded. */
export const redactValue = (value: unknown, depth = depthLimit): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && value !== null) return redactObject(value, depth);
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
};

/** `redactValue` for the fields of a log line. */
export const redactFields = (fields: object): object => {
  const safe = redactValue(fields);
  if (fields instanceof Error) return { error: safe };
  return typeof safe === 'object' && safe !== null && !Array.isArray(safe) ? safe : { fields: safe };
};

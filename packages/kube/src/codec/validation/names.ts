/**
 * The syntax of names, labels and keys. Each check returns the API server's sentences; none when the text is good.
 * Source: k8s.io/apimachinery/pkg/util/validation.
 */
type Check = (text: string) => readonly string[];

const tooLong = (limit: number) => `must be no more than ${String(limit)} characters`;

const check =
  (pattern: RegExp, limit: number, sentence: string): Check =>
  (text) => [...(text.length > limit ? [tooLong(limit)] : []), ...(pattern.test(text) ? [] : [sentence])];

export const labelName = check(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
);

export const subdomainName = check(
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
);

export const rfc1035Name = check(
  /^[a-z]([-a-z0-9]*[a-z0-9])?$/u,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
);

export const labelValue = check(
  /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/u,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
);

const namePart = check(
  /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u,
  63,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
);

/** `[prefix/]name`, as keys of labels and annotations. */
export const qualifiedName: Check = (text) => {
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  const [name = '', prefix] = parts.toReversed();
  const before =
    prefix === undefined
      ? []
      : prefix === ''
        ? ['prefix part must be non-empty']
        : subdomainName(prefix).map((text_) => `prefix part ${text_}`);
  return [...before, ...(name === '' ? ['name part must be non-empty'] : []), ...namePart(name).map((text_) => `name part ${text_}`)];
};

/** Keys of config maps and secrets are file names. */
export const dataKey: Check = (text) => {
  const base = check(
    /^[-._a-zA-Z0-9]+$/u,
    253,
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  )(text);
  if (text === '.' || text === '..') return [...base, `must not be '${text}'`];
  return text.startsWith('..') ? [...base, "must not start with '..'"] : base;
};

/** Environment variables: printable ASCII without `=` (relaxed since Kubernetes 1.34). */
export const environmentName: Check = (text) =>
  text === '' || /[^\u0020-\u007e]|=/u.test(text)
    ? ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    : [];

/** RBAC names are path segments. */
export const pathSegmentName: Check = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((character) => text.includes(character)).map((character) => `may not contain '${character}'`);
};

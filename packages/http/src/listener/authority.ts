/** A Host header or the authority of a URL, taken apart. */
export interface Authority {
  /** Lower case, no port, no brackets. */
  readonly host: string;
  /** As written, without `:443`. */
  readonly authority: string;
  /** 443 when none was written. */
  readonly port: number;
}

const pattern = /^(?:\[(?<six>[0-9a-f:.]{2,45})\]|(?<name>[a-z0-9._-]{1,253}))(?::(?<port>[0-9]{1,5}))?$/i;

/** Parses `name`, `name:port`, `[v6]` or `[v6]:port` (RFC 3986 section 3.2); undefined when it is none of these. */
export const parseAuthority = (text: string): Authority | undefined => {
  const groups = pattern.exec(text)?.groups;
  const host = (groups?.['six'] ?? groups?.['name'])?.toLowerCase();
  if (host === undefined) return undefined;
  const port = groups?.['port'] === undefined ? 443 : Number(groups['port']);
  if (port < 1 || port > 65_535) return undefined;
  const authority = groups?.['port'] !== undefined && port === 443 ? text.slice(0, text.lastIndexOf(':')) : text;
  return { host, authority, port };
};

/** `parseAuthority` that remembers the last few hundred answers: clients send the same Host header again and again. */
export const authorityParser = (remembered = 512): typeof parseAuthority => {
  const known = new Map<string, Authority | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    if (known.size >= remembered) known.clear();
    const parsed = parseAuthority(text);
    known.set(text, parsed);
    return parsed;
  };
};

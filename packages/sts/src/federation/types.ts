/** An internal issuer that the operator vouches for: it may live at an address that is otherwise never contacted. */
export interface RegisteredIssuer {
  /** The issuer URL, to the character. */
  readonly issuer: string;
  /** CA certificates in PEM that vouch for its TLS; the usual ones when absent. */
  readonly ca?: string;
  readonly registeredDateTime: string;
}

/** The issuers that the operator registered, kept in the store and read from memory. */
export interface RegisteredIssuers {
  list(): readonly RegisteredIssuer[];
  get(issuer: string): RegisteredIssuer | undefined;
  /** Whether an internal host and port belongs to a registered issuer: the dialer asks before it connects. */
  reaches(host: string, port: number): boolean;
  /** Throws KernelError `invalid` for what is no https URL without query, fragment and credentials, or no PEM; `conflict` beyond 100. */
  register(issuer: { readonly issuer: string; readonly ca?: string }): Promise<RegisteredIssuer>;
  remove(issuer: string): Promise<boolean>;
  close(): void;
}

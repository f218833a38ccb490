/** Bounds on what a foreign issuer may cost us, and on how long we believe it. Times are milliseconds. */
export const issuerLimits = {
  /** For metadata and keys together; a caller that waits gives up after it, too. */
  timeout: 5000,
  metadataBytes: 64 * 1024,
  keysBytes: 256 * 1024,
  keys: 100,
  /**
   * Answers are used for their `max-age`, within these bounds. A key that an issuer withdraws is therefore refused at
   * the latest after `freshMost` while the issuer answers.
   */
  freshLeast: 1000,
  freshMost: 300_000,
  /** While an issuer cannot be reached, its last keys serve at most this long after they were fetched. */
  staleMost: 900_000,
  /** After a failed fetch, further requests fail at once for this long. */
  pauseAfterFailure: 2000,
  /** Unknown key ids may cause this many early fetches in a row, and one more after each `earlyFetchEvery`. */
  earlyFetches: 5,
  earlyFetchEvery: 10_000,
  /** Issuers that are remembered; one that has no keys goes first, then the one that was asked for least recently. */
  issuers: 1000,
  /** Callers that may wait for one issuer; the next ones fail at once. */
  waiters: 500,
  /** Issuers that may be fetched from at once, and how many of these may be issuers whose last fetch failed. */
  fetches: 500,
  fetchesOfFailing: 100,
  /** Assertions whose signatures are remembered as good. */
  verifiedAssertions: 10_000,
  /** Characters of a key's modulus: 8192 bits, beyond which each check would cost seconds. */
  modulus: 1400,
} as const;

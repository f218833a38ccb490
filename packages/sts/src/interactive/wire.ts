/**
 * Paths, names, limits and lifetimes of sign-ins in a browser and of the device code flow.
 * Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code, RFC 8628, RFC 7636.
 */

/** Name of the one cookie. The prefix makes browsers refuse it without Secure, with another path, and from other hosts (RFC 6265bis, 4.1.3.2). */
export const sessionCookie = '__Host-podpass';

/** Where the pages' forms go. The tenant travels in the form's signed ticket, so these paths name none. */
export const formPaths = {
  login: '/common/login',
  account: '/common/account',
  password: '/common/changepassword',
  consent: '/common/consent',
  device: '/common/oauth2/deviceauth',
  deviceConfirm: '/common/oauth2/deviceauth/confirm',
  logout: '/common/oauth2/logout/confirm',
} as const;

/** Seconds. */
export const interactiveLifetimes = {
  /** A signed-in account of a browser, counted from the password. */
  account: 24 * 3600,
  /** A page's form: as long as somebody may think about it. */
  ticket: 3600,
  authorizationCode: 600,
  deviceCode: 900,
  /** Refresh tokens of single page applications live a day from the sign-in and rotation does not extend them. */
  spaFamily: 24 * 3600,
} as const;

export const interactiveLimits = {
  /** Signed-in accounts of one browser. */
  accounts: 10,
  /** Characters of a redirect URI. */
  redirectUri: 2048,
  /** Characters of the query that a posted authorization request becomes; listeners take 16 KiB of header. */
  query: 8192,
  /** Live device codes of one tenant, or of all requests that name none. */
  deviceCodes: 10_000,
  /** Wrong user codes in a minute: from one browser, and from all together. */
  guessesPerBrowser: 5,
  guesses: 100,
  /** Browsers whose guesses are remembered. */
  guessers: 10_000,
} as const;

/** Seconds between two polls of a device, and what each poll that comes too early adds (RFC 8628, 3.5). */
export const devicePolling = { interval: 5, penalty: 5, most: 60 } as const;

/** Of a user code: no vowels, so that no words arise, and nothing that looks like something else. 22^9 are 2^40. */
export const userCodeAlphabet = 'CDFGHJKLMNPQRTVWX34679';
export const userCodeLength = 9;

/** RFC 8628, 3.4; version 1 of the endpoint calls it `device_code`. */
export const deviceGrantTypes = ['urn:ietf:params:oauth:grant-type:device_code', 'device_code'] as const;

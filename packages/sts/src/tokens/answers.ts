import type { AccessToken } from './mint.ts';

/** The body of a token answer. Version 1 writes numbers as text and adds absolute times. */
export const tokenBody = (
  version: 1 | 2,
  { token, notBefore, expiry }: AccessToken,
  { resource, scope }: { readonly resource: string; readonly scope?: string },
): Record<string, unknown> => {
  const life = expiry - notBefore;
  if (version === 2) {
    return { token_type: 'Bearer', ...(scope === undefined ? {} : { scope }), expires_in: life, ext_expires_in: life, access_token: token };
  }
  return {
    token_type: 'Bearer',
    ...(scope === undefined ? {} : { scope }),
    expires_in: String(life),
    ext_expires_in: String(life),
    expires_on: String(expiry),
    not_before: String(notBefore),
    resource,
    access_token: token,
  };
};

/**
 * Decodes base64url without padding (RFC 7515, section 2). Undefined for any other character, for an impossible
 * length and for non-canonical last bits: one value must have one spelling, or the same token could be replayed
 * under another text.
 */
export const decodeBase64url = (text: string): Buffer | undefined => {
  const octets = Buffer.from(text, 'base64url');
  // Node's decoder skips what it does not know; encoding again shows whether it did.
  return octets.toString('base64url') === text ? octets : undefined;
};

export const encodeBase64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

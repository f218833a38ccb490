/** Codes of ARM answers that name the identities which were refused. */
const naming = ['LinkedAuthorizationFailed', 'FailedIdentityOperation'] as const;
const identity =
  /\/subscriptions\/[^'",\s/]+\/resourcegroups\/[^'",\s/]+\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^'",\s/\\]+/gi;

/**
 * The ids among `sent` (lower case) that an error text blames. Ids that were not sent are never returned, whatever the
 * text says; a text of another kind blames none.
 */
export const refusedIds = (text: string, sent: readonly string[]): readonly string[] => {
  if (!naming.some((code) => text.includes(code))) return [];
  const named = new Set([...text.matchAll(identity)].map(([id]) => id.toLowerCase()));
  return sent.filter((id) => named.has(id));
};

/** What upstream asks of a resource id; names beyond the last segment are refused here because ARM would refuse them. */
const pattern =
  /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/([^/]+)$/i;

export const isIdentityResourceId = (text: string): boolean => text.length <= 1_024 && pattern.test(text);

/** The text with which upstream's log refuses an id. */
export const invalidResourceId = (text: string): string =>
  `invalid resource id: "${text.slice(0, 256)}", must match /subscriptions/<subid>/resourcegroups/<resourcegroup>/providers/Microsoft.ManagedIdentity/userAssignedIdentities/<name>`;

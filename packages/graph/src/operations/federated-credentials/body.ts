import type { ClaimsMatchingExpression } from '@podpass/directory';
import { choice, demanded, listOf, optional, readOnly, record, sized, type Reader } from '../../values.ts';

/** A federated credential as a body describes it; the directory knows the rules of the values. */
export interface CredentialBody {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly claimsMatchingExpression: ClaimsMatchingExpression | undefined;
  readonly audiences: readonly string[];
  readonly description: string | undefined;
}

/** Characters of one value before the directory's own, narrower rules. */
const longest = 4096;
const mostAudiences = 20;

/** Empty ones are refused by the directory, which names the rule. */
const anyText = sized({ most: longest });

const expression: Reader<ClaimsMatchingExpression> = (value, place) => {
  const body = record<{ value: string; languageVersion: 1 }>({ value: anyText, languageVersion: choice(1) })(value, place);
  return {
    value: demanded(body.value, { ...place, property: `${place.property}/value` }),
    languageVersion: demanded(body.languageVersion, { ...place, property: `${place.property}/languageVersion` }),
  };
};

const readers = {
  id: readOnly,
  name: anyText,
  issuer: anyText,
  subject: optional(anyText),
  claimsMatchingExpression: optional(expression),
  audiences: listOf(anyText, mostAudiences),
  description: optional(anyText),
};

/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
export const credentialBody = (value: unknown): Partial<CredentialBody> =>
  record<CredentialBody>(readers)(value, { resource: 'FederatedIdentityCredential', property: '' });

import { FederatedCredentialError, type FederatedCredentialErrorCode } from '@podpass/directory';
import { GraphError } from '../../errors.ts';

/** What was to be written, for the sentence of a refusal. */
interface Written {
  readonly applicationId: string;
  readonly issuer: string;
  readonly subject: string | undefined;
}

type FederatedCredentialErrorData = FederatedCredentialError['data'];
type Refusal = (data: FederatedCredentialErrorData, written: Written) => GraphError;

const value =
  (rule: string, property: string): Refusal =>
  (data) =>
    new GraphError('federatedValue', { rule, property: capital(data.property ?? property) });

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const expression = 'claimsMatchingExpression';
const withReason: Refusal = ({ reason = 'The expression is not valid.' }) =>
  new GraphError('federatedValue', { rule: reason, property: capital(expression) });

/** The directory's rules in Graph's words, by the error's code. */
const refusals: Readonly<Record<FederatedCredentialErrorCode, Refusal>> = {
  'identity-not-found': (_, { applicationId }) => new GraphError('notFound', { id: applicationId }),
  'invalid-name': value(
    'The name must be of 3 to 120 letters, digits, hyphens and underscores, and begin with a letter or a digit.',
    'name',
  ),
  'missing-properties': value('A required value is missing.', 'subject'),
  'subject-and-expression': value('Exactly one of subject and claimsMatchingExpression must be set.', 'subject'),
  'audience-count': value('There must be exactly one audience.', 'audiences'),
  'value-too-long': ({ limit, property = 'value' }) =>
    new GraphError('federatedValue', { rule: `The value is longer than ${String(limit)} characters.`, property: capital(property) }),
  'invalid-issuer': value('The issuer must be an https URL without query, fragment and credentials.', 'issuer'),
  'expression-on-managed-identity': value('Managed identities take no expression.', expression),
  'expression-language': value('The language version must be 1.', expression),
  'invalid-expression': withReason,
  'expression-unfit-for-issuer': withReason,
  'name-taken': ({ name }) => new GraphError('federatedNameTaken', { name }),
  duplicate: (_, { issuer, subject = '' }) => new GraphError('federatedPairTaken', { issuer, subject }),
  'too-many': ({ limit }) => new GraphError('federatedTooMany', { limit: String(limit) }),
  'concurrent-writes': () => new GraphError('concurrentWrites'),
};

/** Runs a write; what the directory refuses becomes Graph's refusal. */
export const refusing = async <T>(written: Written, write: () => Promise<T>): Promise<T> => {
  try {
    return await write();
  } catch (thrown) {
    if (!(thrown instanceof FederatedCredentialError)) throw thrown;
    throw refusals[thrown.code](thrown.data, written);
  }
};

import type { OperationHandler } from '../operations.ts';
import type { OperationDeps } from '../request/call.ts';
import { Refusal } from '../errors.ts';
import { bundle, secretNotFound } from './bundle.ts';
import type { SecretVersion } from './model.ts';

/**
 * Refuses a value whose version is disabled or, as configured, outside its time window. Azure documents that a get
 * works outside the window (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations);
 * the profile's `validityWindow` restores that.
 */
const checkReadable = ({ clock, profile }: Pick<OperationDeps, 'clock' | 'profile'>, found: SecretVersion): void => {
  if (!found.enabled) throw new Refusal('secretDisabled', 'Operation get is not allowed on a disabled secret.');
  const window = profile.validityWindow ?? 'not-before';
  const now = clock.seconds();
  if (window !== 'azure' && found.notBefore !== undefined && now < found.notBefore) {
    throw new Refusal('secretNotYetValid', 'Operation get is not allowed on a secret that is not yet valid.');
  }
  if (window === 'strict' && found.expires !== undefined && now >= found.expires) {
    throw new Refusal('secretExpired', 'Operation get is not allowed on an expired secret.');
  }
};

/** GET /secrets/{name}[/{version}]: the value. Two look-ups, whatever the number of versions. */
export const getSecret: OperationHandler = async (deps, call) => {
  const { secrets } = deps;
  const head = call.version === undefined ? await secrets.head(call.secret) : undefined;
  const named = call.version === undefined ? undefined : await secrets.version(call.secret, call.version);
  const name = head?.name ?? named?.head.name;
  const found = head?.latest ?? named?.found;
  if (name === undefined || found === undefined) throw secretNotFound(call);
  checkReadable(deps, found);
  const value = await secrets.value(call.secret, found.version);
  if (value === undefined) throw secretNotFound(call);
  return { status: 200, body: bundle(call, { name, version: found, value }) };
};

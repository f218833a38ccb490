import { optional, type Problem, type Shape } from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { policyAddon } from './wire.ts';
import type { ClusterState } from './cluster.ts';

/** What a body says about add-ons. */
export interface AddonsBody {
  /** Undefined when nothing is said about it. */
  readonly policy: boolean | undefined;
}

const isOff = (addon: unknown) => addon === null || (isObject(addon) && addon['enabled'] !== true);

/** The policy add-on has no settings but its old version mark. */
const isPlain = (config: unknown) =>
  config === undefined ||
  config === null ||
  (isObject(config) && Object.entries(config).every(([key, value]) => key === 'version' && value === 'v2'));

const addon: Shape<AddonsBody> = {
  read(value, path, problems: Problem[]) {
    const wrong = (at: string, message: string) => void problems.push({ path: at, message });
    if (!isObject(value)) return wrong(path, 'must be an object');
    let policy: boolean | undefined;
    for (const [name, profile] of Object.entries(value)) {
      const at = `${path}.${name.slice(0, 60)}`;
      if (name.toLowerCase() !== policyAddon) {
        if (!isOff(profile)) wrong(at, 'is not supported: azurepolicy is the only add-on there is');
      } else if (policy !== undefined) wrong(at, 'must not be given twice');
      else if (!isObject(profile) || typeof profile['enabled'] !== 'boolean') wrong(at, 'must be an object with enabled true or false');
      else if (profile['enabled'] && !isPlain(profile['config'])) wrong(`${at}.config`, 'is not supported: the add-on has no settings');
      else policy = profile['enabled'];
    }
    return { policy };
  },
};

/** `addonProfiles`, whose keys compare without regard to case. Add-ons that are off are no more than an echo. */
export const addonsBody: Shape<AddonsBody | undefined> = optional(addon);

/** Whether the policy add-on is on after a PUT; undefined as long as nobody ever turned it on. */
export const nextPolicy = (given: AddonsBody | undefined, before: boolean | undefined): boolean | undefined =>
  given?.policy === false && before === undefined ? undefined : (given?.policy ?? before);

/** As answers show it; the identity that Azure gives the add-on does not exist here and is left out. */
export const addonsAnswer = ({ policyEnabled }: Pick<ClusterState, 'policyEnabled'>) =>
  policyEnabled === undefined ? {} : { addonProfiles: { [policyAddon]: { enabled: policyEnabled, config: null } } };

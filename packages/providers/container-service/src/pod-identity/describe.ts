import type { PodIdentityAddon } from '@podpass/arm';
import type { PodIdentityProfile } from './profile.ts';

/** What the host is told: entries that failed are left out, so that they cannot hurt the others. */
export const describePodIdentity = (profile: PodIdentityProfile | undefined): PodIdentityAddon | undefined =>
  profile === undefined
    ? undefined
    : {
        allowKubenet: profile.allowKubenet,
        exceptions: profile.exceptions,
        identities: profile.identities.flatMap(({ name, namespace, bindingSelector, identity, provisioningState }) =>
          provisioningState === 'Failed'
            ? []
            : [{ name, namespace, selector: bindingSelector ?? name, resourceId: identity.resourceId, clientId: identity.clientId }],
        ),
      };

import type { PodIdentity, PodIdentityProfile } from './profile.ts';

const identityAnswer = ({ name, namespace, bindingSelector, identity, provisioningState, error }: PodIdentity) => ({
  name,
  namespace,
  ...(bindingSelector === undefined ? {} : { bindingSelector }),
  identity,
  provisioningState,
  ...(error === undefined ? {} : { provisioningInfo: { error: { error } } }),
});

/** The profile as a cluster's answer shows it; absent while the add-on is off. */
export const podIdentityAnswer = (profile: PodIdentityProfile | undefined) =>
  profile === undefined
    ? {}
    : {
        podIdentityProfile: {
          enabled: true,
          allowNetworkPluginKubenet: profile.allowKubenet,
          userAssignedIdentities: profile.identities.map(identityAnswer),
          userAssignedIdentityExceptions: profile.exceptions,
        },
      };

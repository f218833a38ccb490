import type { Application } from '@podpass/directory';
import type { Services } from '../services.ts';
import type { Client } from './types.ts';

/** The application of this client id in whatever tenant, when it is open to others (`AzureADMultipleOrgs`). */
export const findForeignApplication = ({ directory }: Pick<Services, 'directory'>, clientId: string): Application | undefined => {
  const application = directory.applications.anywhere(clientId);
  return application?.signInAudience === 'AzureADMultipleOrgs' ? application : undefined;
};

/** The client that a foreign application would be in a tenant which has no service principal of it yet: nothing is consented. */
export const foreignClient = (application: Application): Client => ({
  clientId: application.appId,
  displayName: application.displayName,
  family: undefined,
  firstParty: false,
  principal: undefined,
  application,
  redirectUris: application.redirectUris,
  fallbackPublic: application.isFallbackPublicClient,
});

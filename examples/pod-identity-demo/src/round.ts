import { countVirtualMachines } from './arm.ts';
import type { Get } from './request.ts';
import type { Settings } from './settings.ts';
import { acquireToken, shown } from './token.ts';

export interface RoundOptions {
  readonly settings: Settings;
  readonly get: Get;
  readonly log: (line: string) => void;
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * One round of the demo: an operation of Azure Resource Manager, a token without a name, one by client id, and the
 * instance metadata. Every line tells of a call that was really made; a failure is told and does not end the round.
 */
export const runRound = async ({ settings, get, log }: RoundOptions): Promise<void> => {
  const { subscriptionId, resourceGroup, clientId, resource, metadataOrigin } = settings;
  const msiEndpoint = `${metadataOrigin}/metadata/identity/oauth2/token`;

  const steps: readonly (readonly [step: () => Promise<string>, failure: string])[] = [
    [
      async () => {
        const token = await acquireToken(get, { msiEndpoint, resource: 'https://management.azure.com/' });
        return `successfully doARMOperations vm count ${String(await countVirtualMachines(get, { subscriptionId, resourceGroup, token }))}`;
      },
      'failed to list all vm',
    ],
    [
      async () => {
        await acquireToken(get, { msiEndpoint, resource });
        return `successfully acquired a token using the MSI, msiEndpoint(${msiEndpoint})`;
      },
      `failed to acquire a token using the MSI VM extension, msiEndpoint(${msiEndpoint})`,
    ],
    [
      async () => {
        await acquireToken(get, { msiEndpoint, resource, clientId });
        return `successfully acquired a token, userAssignedID MSI, msiEndpoint(${msiEndpoint}) clientID(${clientId})`;
      },
      `failed to acquire a token, userAssignedID MSI, msiEndpoint(${msiEndpoint}) clientID(${clientId})`,
    ],
    [
      async () => {
        const { status, body } = await get(`${metadataOrigin}/metadata/instance?api-version=2017-08-01`, { Metadata: 'true' });
        if (status !== 200) throw new Error(`status ${String(status)}: ${shown(body)}`);
        return 'successfully made GET on instance metadata';
      },
      'failed to make GET on instance metadata',
    ],
  ];

  for (const [step, failure] of steps)
    try {
      log(await step());
    } catch (thrown) {
      log(`${failure}, error: ${messageOf(thrown)}`);
    }
};

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startPlatform, type Platform } from '@podpass/conformance';
import { exchangeForm } from '../load/run.ts';
import { createClient } from './client.ts';
import type { Issuer } from './issuer.ts';
import { createIdentities, subjectOf } from './models.ts';
import { populate, type Population } from './population.ts';

/** A platform with a population, and what to send to it. */
export interface World {
  readonly platform: Platform;
  readonly port: number;
  readonly tenantId: string;
  /** Bodies of token exchanges that succeed, each with an assertion of its own. */
  readonly forms: readonly string[];
  /** Client id of the identity that trusts the second issuer. */
  readonly otherClientId: string | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Size = Pick<Population, 'identities' | 'credentialsEach' | 'users'>;

/** Distinct assertions, sent in turn: a platform that remembered the last few would gain nothing. */
const formCount = 2000;

/** Starts a platform that trusts the issuers, fills it while it is stopped, and starts it again. */
export const startWorld = async (
  name: string,
  size: Size,
  issuers: { readonly issuer: Issuer; readonly other?: Issuer },
): Promise<World> => {
  const { issuer, other } = issuers;
  const platform = await startPlatform(name);
  try {
    const { admin } = platform;
    const trusted = other ? [issuer, other] : [issuer];
    for (const { url, ca } of trusted) await platform.control('PUT', '/issuers', { issuer: url, ca });
    const client = createClient(await portOf(platform));
    const [identity, otherIdentity] = await createIdentities(
      client,
      admin,
      trusted.map(({ url }) => url),
    );
    client.close();
    if (identity === undefined) throw new Error('there is no identity to copy');
    await must(platform, 'down');
    const clientIds = await populate(platform.data, { ...size, tenantId: admin.tenantId, identity, user: admin.userPrincipalName });
    await must(platform, 'up', '--detach');
    const forms = await Promise.all(
      Array.from({ length: formCount }, async (_, index) => {
        // Spread over the whole population, so that neighbours in the store are not neighbours in time.
        const number = (index * 7919) % size.identities;
        return exchangeForm(clientIds[number] ?? '', await issuer.assertion(subjectOf(number, index % size.credentialsEach)));
      }),
    );
    return {
      platform,
      port: await portOf(platform),
      tenantId: admin.tenantId,
      forms,
      otherClientId: otherIdentity?.clientId,
      [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
    };
  } catch (thrown) {
    await platform[Symbol.asyncDispose]();
    throw thrown;
  }
};

const portOf = async ({ data }: Platform): Promise<number> =>
  (JSON.parse(await readFile(path.join(data, 'run.json'), 'utf8')) as { https: number }).https;

const must = async (platform: Platform, ...args: string[]): Promise<void> => {
  const result = await platform.podpass(...args);
  if (result.code !== 0) throw new Error(`podpass ${args.join(' ')}: ${result.stderr}`);
};

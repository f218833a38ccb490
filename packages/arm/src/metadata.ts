import { fail } from './errors.ts';
import type { ArmProfile } from './profile.ts';
import type { ArmAnswer } from './provider.ts';

/** Forms of `/metadata/endpoints`, by api-version. Clients choose the one they can read. */
const singles = new Set(['2020-06-01', '2022-09-01', '2023-12-01']);
const lists = new Set(['2018-05-01', '2019-05-01', '2019-10-01', '2020-01-01']);
const stack = new Set(['1.0', '2015-01-01', '2016-09-01']);

const metadataVersions = [...singles, ...lists, ...stack];

const describe = (profile: ArmProfile, origin: string) => {
  const [audience = origin] = profile.audiences;
  return {
    portal: profile.portal,
    authentication: {
      loginEndpoint: profile.login,
      audiences: profile.audiences.filter((each) => each.endsWith('/')),
      tenant: 'common',
      identityProvider: 'AAD',
    },
    media: audience,
    graphAudience: profile.graph,
    graph: profile.graph,
    name: profile.name,
    suffixes: { keyVaultDns: profile.keyVaultSuffix, ...profile.suffixes },
    batch: audience,
    resourceManager: origin,
    microsoftGraphResourceId: profile.graph,
    sqlManagement: audience,
    gallery: profile.portal,
  };
};

/** The description of this cloud that `az cloud register` and the SDKs ask for, without a token. */
export const answerMetadata = (options: { profile: ArmProfile; origin: string; version: string | null }): ArmAnswer => {
  const { profile, origin, version } = options;
  if (version === null) throw fail('MissingApiVersionParameter');
  const form = version.toLowerCase();
  if (singles.has(form)) return { status: 200, body: describe(profile, origin) };
  if (lists.has(form)) return { status: 200, body: [describe(profile, origin)] };
  if (stack.has(form)) {
    return {
      status: 200,
      body: {
        galleryEndpoint: profile.portal,
        graphEndpoint: profile.graph,
        portalEndpoint: profile.portal,
        authentication: { loginEndpoint: `${profile.login}/`, audiences: profile.audiences.filter((each) => each.endsWith('/')) },
      },
    };
  }
  throw fail('InvalidApiVersionParameter', { version: version.slice(0, 40), supported: metadataVersions.join(', ') });
};

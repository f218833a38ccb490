/**
 * Names, versions and limits of the instance metadata service. Sources: learn.microsoft.com, "Azure Instance Metadata
 * Service" and "How to use managed identities on an Azure VM to acquire an access token" (both as of 2023).
 */
export const metadataHeader = 'metadata';
export const forwardedHeader = 'x-forwarded-for';

/** Compared with the first segment in any case: NMI's own patterns show that the service accepts it. */
export const metadataRoot = 'metadata';
export const tokenPath = '/metadata/identity/oauth2/token';

/** Categories that Azure serves and this service refuses, with the reason that is shown. */
export const refusedCategories: Readonly<Record<string, string>> = {
  attested: 'attested data is signed by a certificate of Azure that only Azure has',
  loadbalancer: 'nodes have no load balancer',
  scheduledevents: 'nodes have no maintenance events',
};

/** Oldest first, as `/metadata/versions` lists them. */
export const instanceVersions: readonly string[] = [
  '2017-03-01',
  '2017-04-02',
  '2017-08-01',
  '2017-10-01',
  '2017-12-01',
  '2018-02-01',
  '2018-04-02',
  '2018-10-01',
  '2019-02-01',
  '2019-03-11',
  '2019-04-30',
  '2019-06-01',
  '2019-06-04',
  '2019-08-01',
  '2019-08-15',
  '2019-11-01',
  '2020-06-01',
  '2020-07-15',
  '2020-09-01',
  '2020-10-01',
  '2020-12-01',
  '2021-01-01',
  '2021-02-01',
  '2021-03-01',
  '2021-05-01',
  '2021-08-01',
  '2021-10-01',
  '2021-11-01',
  '2021-11-15',
  '2021-12-13',
];
/** What an error about the api-version shows: the newest three. */
export const newestVersions: readonly string[] = instanceVersions.slice(-3).toReversed();
/** The identity category came with 2018-02-01. */
export const identityVersions: readonly string[] = instanceVersions.filter((version) => version >= '2018-02-01');

/** Query parameters that name an identity; at most one may be sent. */
export const selectorParameters = ['client_id', 'object_id', 'principal_id', 'msi_res_id', 'mi_res_id'] as const;

/** Longest value of a query parameter that is looked at, in characters. */
export const parameterLimit = 2_048;

/** Seconds before its end after which a token is not handed out again, unless it never lived twice as long. */
export const renewBefore = 600;
/** Most tokens that one machine keeps. */
export const tokenCacheLimit = 2_000;

/** Rate limits of one machine. */
export interface MetadataLimits {
  /** Requests per second to the identity category, and how many of them at once. */
  readonly identity: { readonly perSecond: number; readonly concurrent: number };
  /** Requests per second to everything else. */
  readonly other: { readonly perSecond: number };
}

/** What Azure documents for one virtual machine. */
export const documentedLimits: MetadataLimits = { identity: { perSecond: 20, concurrent: 5 }, other: { perSecond: 5 } };
/** For clusters, where a node's pods share the machine's service: a test is to fail for its own reasons. */
export const noLimits: MetadataLimits = {
  identity: { perSecond: Number.POSITIVE_INFINITY, concurrent: Number.POSITIVE_INFINITY },
  other: { perSecond: Number.POSITIVE_INFINITY },
};

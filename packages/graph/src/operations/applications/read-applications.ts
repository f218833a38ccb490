import type { Answer } from '@podpass/http';
import { applicationKind, applicationWithKeysKind } from '../../kinds/application.ts';
import { countMatching } from '../../odata/list.ts';
import { page, plainCount, scopeOf, single, type GraphRequest } from '../../request.ts';
import { applicationsOf } from '../../sources.ts';
import { applicationOf } from './target.ts';

/** Whether `$select` names the certificates: only then, and only for one object, are they sent. */
export const asksForKeys = ({ query }: GraphRequest): boolean =>
  query.select?.some((name) => name.toLowerCase() === 'keycredentials') === true;

/** https://learn.microsoft.com/graph/api/application-list */
export const listApplications = (request: GraphRequest): Promise<Answer> =>
  page(request, applicationKind, applicationsOf(scopeOf(request)));

export const countApplications = async (request: GraphRequest): Promise<Answer> =>
  plainCount(request, await countMatching(request, applicationKind, applicationsOf(scopeOf(request))));

/** https://learn.microsoft.com/graph/api/application-get */
export const getApplication = (request: GraphRequest): Answer =>
  single(request, asksForKeys(request) ? applicationWithKeysKind : applicationKind, applicationOf(request));

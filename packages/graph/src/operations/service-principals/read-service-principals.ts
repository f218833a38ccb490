import type { Answer } from '@podpass/http';
import { servicePrincipalKind, servicePrincipalWithKeysKind } from '../../kinds/service-principal.ts';
import { countMatching } from '../../odata/list.ts';
import { page, plainCount, scopeOf, single, type GraphRequest } from '../../request.ts';
import { servicePrincipalsOf } from '../../sources.ts';
import { asksForKeys } from '../applications/read-applications.ts';
import { principalOf } from './guards.ts';

/** https://learn.microsoft.com/graph/api/serviceprincipal-list */
export const listServicePrincipals = (request: GraphRequest): Promise<Answer> =>
  page(request, servicePrincipalKind, servicePrincipalsOf(scopeOf(request)));

export const countServicePrincipals = async (request: GraphRequest): Promise<Answer> =>
  plainCount(request, await countMatching(request, servicePrincipalKind, servicePrincipalsOf(scopeOf(request))));

/** https://learn.microsoft.com/graph/api/serviceprincipal-get */
export const getServicePrincipal = (request: GraphRequest): Answer =>
  single(request, asksForKeys(request) ? servicePrincipalWithKeysKind : servicePrincipalKind, principalOf(request));

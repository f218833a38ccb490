import type { Answer, Exchange } from '@podpass/http';
import { contextUrl, entity, selectionOf } from './entities.ts';
import { clientRequestId } from './errors.ts';
import { listPage } from './odata/list.ts';
import type { EntityKind, ReadScope, Source } from './odata/types.ts';
import type { GraphRequest } from './operation.ts';

export type { GraphRequest } from './operation.ts';

/** The caller's tenant, and of it what his permissions show: all that a request can see. */
export const scopeOf = ({ directory, caller, access }: Pick<GraphRequest, 'directory' | 'caller' | 'access'>): ReadScope => ({
  directory,
  tenantId: caller.tenantId,
  sees: access.sees,
});

/** 200 with one entity, as `$select` and `$expand` want it. */
export const single = <T extends { readonly id: string }>(request: GraphRequest, kind: EntityKind<T>, value: T): Answer =>
  answerWith(request, kind, { value, status: 200 });

/** 201 with the new entity. `further` are properties beside those of the kind, such as the one showing of a secret. */
export const created = <T extends { readonly id: string }>(
  request: GraphRequest,
  kind: EntityKind<T>,
  value: T,
  further: Readonly<Record<string, unknown>> = {},
): Answer => answerWith(request, kind, { value, status: 201, further });

const answerWith = <T extends { readonly id: string }>(
  request: GraphRequest,
  kind: EntityKind<T>,
  answer: { readonly value: T; readonly status: number; readonly further?: Readonly<Record<string, unknown>> },
): Answer => {
  const { select, expand } = request.query;
  const selection = selectionOf(kind, { select, expand });
  // Who has just made an object is told what he made, even if he could not read it later.
  const scope = answer.status === 201 ? { ...scopeOf(request), sees: () => true } : scopeOf(request);
  const written = entity(kind, answer.value, { scope, selection });
  const context = contextUrl(request.exchange.authority, kind.set, { select, single: true });
  return json(request, { '@odata.context': context, ...written, ...answer.further }, answer.status);
};

/** 204. */
export const noContent = ({ exchange }: GraphRequest): Answer => ({ status: 204, headers: answerHeaders(exchange) });

/** Any other JSON answer. The body brings its own `@odata.context` (see `contextUrl`). */
export const json = ({ exchange }: GraphRequest, body: object, status = 200): Answer => ({
  status,
  headers: answerHeaders(exchange),
  body,
});

/** An action's list of plain values: `Collection(Edm.String)` and the like. */
export const values = (request: GraphRequest, type: string, value: readonly unknown[]): Answer =>
  json(request, { '@odata.context': contextUrl(request.exchange.authority, `Collection(${type})`), value });

/** A page of a list, after all of the request's query options. */
export const page = async <T extends { readonly id: string }>(
  request: GraphRequest,
  kind: EntityKind<T>,
  source: Source<T>,
): Promise<Answer> => json(request, await listPage(request, kind, source));

/** `…/$count`: the number as text. */
export const plainCount = ({ exchange }: GraphRequest, count: number): Answer => ({
  status: 200,
  headers: { ...answerHeaders(exchange), 'content-type': 'text/plain' },
  body: String(count),
});

const answerHeaders = (exchange: Exchange): Record<string, string> => {
  const sent = clientRequestId(exchange);
  return {
    'cache-control': 'no-cache',
    'request-id': exchange.id,
    'odata-version': '4.0',
    ...(sent === undefined ? {} : { 'client-request-id': sent }),
  };
};

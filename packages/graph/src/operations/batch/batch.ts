import type { Answer, Exchange } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import { readBody } from '../../body.ts';
import { errorAnswer, GraphError } from '../../errors.ts';
import { json, type GraphRequest } from '../../request.ts';
import { answerLimits } from '../../wire.ts';
import { parseBatch, type BatchedRequest } from './parse.ts';

/** Headers that a batched request may bring; its token is the batch's. */
const passed: readonly string[] = ['accept', 'client-request-id', 'consistencylevel', 'content-type', 'prefer'];

/** POST /$batch: each request goes the whole way by itself, with the batch's own token. https://learn.microsoft.com/graph/json-batching */
export const batch = async (request: GraphRequest): Promise<Answer> => {
  const answers = new Map<string, Answer>();
  let characters = 0;
  for (const batched of parseBatch(readBody(request.exchange))) {
    const exchange = exchangeOf(request.exchange, batched);
    const failed = batched.dependsOn.some((id) => (answers.get(id)?.status ?? 500) >= 400);
    const refusal = failed ? 'failedDependency' : characters > answerLimits.batch ? 'tooManyRequests' : undefined;
    // Requests may depend on each other's effects, so they run in their order.
    const answer =
      // oxlint-disable-next-line no-await-in-loop
      refusal ? errorAnswer(new GraphError(refusal), exchange, request.clock) : await request.dispatch(exchange);
    characters += JSON.stringify(answer.body ?? '').length;
    answers.set(batched.id, answer);
  }
  return json(request, {
    responses: [...answers].map(([id, { status, headers = {}, body }]) => ({
      id,
      status,
      headers,
      ...(body === undefined ? {} : { body }),
    })),
  });
};

const exchangeOf = (outer: Exchange, { method, url, headers, body }: BatchedRequest): Exchange => {
  const [path = '', ...query] = url.split('?');
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    id: newGuid(),
    method,
    host: outer.host,
    authority: outer.authority,
    path: `/v1.0${path}`,
    query: new URLSearchParams(query.join('?')),
    headers: { ...Object.fromEntries(own.filter(([name]) => passed.includes(name))), authorization: outer.headers.authorization },
    body: body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
    peer: outer.peer,
    signal: outer.signal,
  };
};

import type { Answer } from '@podpass/http';
import { isKernelError } from '@podpass/kernel';
import { errors, messages } from '../../errors.ts';
import type { KubeObject } from '../../object/types.ts';
import { resourcePrefix } from '../../registry/keys.ts';
import { limits } from '../../wire.ts';
import { listAnswer } from '../answer.ts';
import { shownAs, storedNamespace, type ResourceCall } from '../call.ts';
import { decodeContinuation, encodeContinuation, type Continuation } from '../continue-token.ts';
import { selectionOf, type Selection } from '../selection.ts';
import { flagParameter, numberParameter, requireRevision, versionParameter } from '../versions.ts';

type Entry = readonly [key: string, object: KubeObject];

interface ListRequest {
  readonly selection: Selection;
  /** 0 for no limit. */
  readonly limit: number;
  readonly continuation: Continuation | undefined;
  /** The state to read; undefined for the present one. */
  readonly revision: number | undefined;
}

const optionsProblem = (field: string, message: string) =>
  errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    { reason: 'FieldValueForbidden', field, message: `Forbidden: ${message}` },
  ]);

/** Reads and checks the options of a list. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
const readOptions = (call: ResourceCall): ListRequest => {
  const { query } = call.exchange;
  const version = versionParameter(call);
  const match = query.get('resourceVersionMatch') ?? '';
  const token = query.get('continue') ?? '';
  if (flagParameter(call, 'sendInitialEvents')) throw optionsProblem('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (match !== '') {
    if (token !== '') throw optionsProblem('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
    if (version === undefined)
      throw optionsProblem('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
        {
          reason: 'FieldValueNotSupported',
          field: 'resourceVersionMatch',
          message: `Unsupported value: "${match.slice(0, 64)}": supported values: "Exact", "NotOlderThan", ""`,
        },
      ]);
    }
    if (match === 'Exact' && version === 0)
      throw optionsProblem('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  if (token !== '' && version !== undefined && version !== 0) {
    throw errors.badRequest('specifying resource version is not allowed when using continue');
  }
  if (version !== undefined) requireRevision(call, version);
  const continuation = token === '' ? undefined : decodeContinuation(token);
  const pinned = continuation === undefined || continuation.revision === 0 ? undefined : continuation.revision;
  if (pinned !== undefined) requireRevision(call, pinned);
  return {
    selection: selectionOf(call),
    limit: Math.max(numberParameter(call, 'limit') ?? 0, 0),
    continuation,
    revision: match === 'Exact' ? version : pinned,
  };
};

/** Pages of entries after the continuation, in key order, from the mirror or from an older revision. */
const pagesOf = async function* (call: ResourceCall, request: ListRequest): AsyncGenerator<readonly Entry[]> {
  const { registry, spec } = call.cluster;
  const namespace = storedNamespace(call);
  const { row } = call.target;
  const after = request.continuation === undefined ? undefined : `${resourcePrefix(spec.uid, row)}${request.continuation.start}`;
  if (request.revision === undefined || request.revision >= registry.mirror.changed) {
    const entries = registry.mirror.entries(row, namespace);
    yield after === undefined ? entries : entries.filter(([key]) => key > after);
    return;
  }
  let last = after;
  for (;;) {
    const page = await registry.pageAt(row, namespace, { revision: request.revision, after: last, limit: limits.scanPage });
    yield page.entries;
    last = page.entries.at(-1)?.[0];
    if (page.remaining === 0 || last === undefined) return;
  }
};

/** Expired pages name a token with which the client can go on, inconsistently. */
const expired = (request: ListRequest) =>
  request.continuation === undefined
    ? errors.expired('The resourceVersion for the provided list is too old.')
    : errors.expired(messages.continueExpired, encodeContinuation({ revision: 0, start: request.continuation.start }));

/** GET of a collection. */
export const listObjects = async (call: ResourceCall): Promise<Answer> => {
  const request = readOptions(call);
  const { registry, spec } = call.cluster;
  const revision = request.revision ?? registry.revision;
  const found: Entry[] = [];
  let beyond = 0;
  const take = (entries: readonly Entry[]) => {
    for (const [key, stored] of entries) {
      const object = shownAs(call.target.row, stored);
      if (!request.selection.matches(object)) continue;
      if (request.limit > 0 && found.length >= request.limit) beyond += 1;
      else found.push([key, object]);
    }
  };
  try {
    for await (const page of pagesOf(call, request)) {
      take(page);
      // With a selector Kubernetes does not tell how many remain; that there is one is enough.
      if (beyond > 0 && request.selection.limited) break;
    }
  } catch (thrown) {
    throw isKernelError(thrown, 'compacted') ? expired(request) : thrown;
  }
  const last = found.at(-1);
  const metadata = {
    resourceVersion: String(revision),
    ...(beyond > 0 && last !== undefined
      ? { continue: encodeContinuation({ revision, start: last[0].slice(resourcePrefix(spec.uid, call.target.row).length) }) }
      : {}),
    ...(beyond > 0 && !request.selection.limited ? { remainingItemCount: beyond } : {}),
  };
  return listAnswer(
    call,
    call.target.row,
    found.map(([, object]) => object),
    metadata,
  );
};

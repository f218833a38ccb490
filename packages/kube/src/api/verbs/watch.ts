import type { Answer, AnswerStream } from '@podpass/http';
import { isKernelError, randomBelow } from '@podpass/kernel';
import { errors, messages, statusOfError } from '../../errors.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { ObjectEvent } from '../../registry/mirror.ts';
import { apiVersionOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { limits, mediaTypes, names } from '../../wire.ts';
import { render, representationOf, warningHeaders, type Representation } from '../answer.ts';
import { shownAs, storedNamespace, type ResourceCall } from '../call.ts';
import { selectionOf, type Selection } from '../selection.ts';
import { flagParameter, numberParameter, requireRevision, versionParameter } from '../versions.ts';

interface WatchRequest {
  readonly selection: Selection;
  readonly representation: Representation;
  readonly bookmarks: boolean;
  /** Whether the present objects come first, and whether their end is marked (streaming list). */
  readonly initial: 'none' | 'plain' | 'marked';
  /** Events after this revision follow; undefined for the present one. */
  readonly from: number | undefined;
  /** Milliseconds. */
  readonly lifetime: number;
}

const optionsProblem = (reason: string, message: string) =>
  errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [{ reason, field: 'resourceVersionMatch', message }]);

const readOptions = (call: ResourceCall): WatchRequest => {
  const { query } = call.exchange;
  const version = versionParameter(call);
  const match = query.get('resourceVersionMatch') ?? '';
  const streaming = query.has('sendInitialEvents') && flagParameter(call, 'sendInitialEvents');
  if (streaming && match !== 'NotOlderThan') {
    throw optionsProblem('FieldValueForbidden', 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (!query.has('sendInitialEvents') && match !== '') {
    throw optionsProblem(
      'FieldValueForbidden',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (streaming && version !== undefined) requireRevision(call, version);
  const seconds = Math.max(numberParameter(call, 'timeoutSeconds') ?? 0, 0);
  const anyState = version === undefined || version === 0;
  const declined = query.has('sendInitialEvents') && !streaming;
  return {
    selection: selectionOf(call),
    representation: representationOf(call),
    bookmarks: flagParameter(call, 'allowWatchBookmarks'),
    initial: streaming ? 'marked' : anyState && !declined ? 'plain' : 'none',
    from: streaming || anyState ? undefined : version,
    // Spread, so that many watches opened together do not come back together.
    lifetime: seconds > 0 ? Math.min(seconds, 86_400) * 1_000 : (limits.watchMinimum + randomBelow(limits.watchMinimum)) * 1_000,
  };
};

/** What an event means to a watcher who sees only part of the objects. */
const visibleEvent = (
  row: ResourceRow,
  selection: Selection,
  stored: ObjectEvent,
): { type: ObjectEvent['type']; object: KubeObject } | undefined => {
  const event =
    row.custom === undefined
      ? stored
      : { ...stored, object: shownAs(row, stored.object), previous: stored.previous && shownAs(row, stored.previous) };
  const before = event.previous !== undefined && selection.matches(event.previous);
  const after = event.type !== 'DELETED' && selection.matches(event.object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: event.object };
  if (!before || event.previous === undefined) return undefined;
  // The last state that the watcher could see, at the revision at which it went.
  const metadata = { ...event.previous.metadata, resourceVersion: String(event.revision) };
  return { type: 'DELETED', object: event.type === 'DELETED' ? event.object : { ...event.previous, metadata } };
};

/** Frames of a watch that wait to be written. */
const createQueue = () => {
  const waiting: ObjectEvent[] = [];
  let overflowed = false;
  let wake: () => void = () => undefined;
  return {
    push(events: readonly ObjectEvent[]) {
      if (waiting.length + events.length > limits.watchBacklog) overflowed = true;
      else waiting.push(...events);
      wake();
    },
    take: () => waiting.splice(0),
    get overflowed() {
      return overflowed;
    },
    get empty() {
      return waiting.length === 0 && !overflowed;
    },
    /** Resolves when there is something to take, or after `milliseconds`, or when the signal aborts. */
    ready: (milliseconds: number, signals: readonly AbortSignal[]) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          for (const signal of signals) signal.removeEventListener('abort', done);
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, Math.max(milliseconds, 0));
        timer.unref();
        for (const signal of signals) signal.addEventListener('abort', done);
        wake = done;
        if (waiting.length > 0 || overflowed || signals.some((signal) => signal.aborted)) done();
      }),
  };
};

type Queue = ReturnType<typeof createQueue>;

const bookmark = (call: ResourceCall, request: WatchRequest, revision: number, end = false): Fields => {
  const { row } = call.target;
  const metadata: Fields = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(end ? { annotations: { [names.initialEventsEnd]: 'true' } } : {}),
  };
  const object = { kind: row.kind, apiVersion: apiVersionOf(row), metadata } as KubeObject;
  return {
    type: 'BOOKMARK',
    object: request.representation === 'metadata' ? render(call, row, object, 'metadata') : bookmarkOf(call, request, object),
  };
};

/** Table watchers get bookmarks as an empty table at the revision. */
const bookmarkOf = (call: ResourceCall, request: WatchRequest, object: KubeObject): Fields => {
  if (request.representation !== 'table') return object;
  const table = render(call, call.target.row, object, 'table');
  return table;
};

const gone = (asked: number, oldest: number): Fields => ({
  type: 'ERROR',
  object: statusOfError(errors.expired(messages.tooOld(asked, oldest))),
});

/** Writes frames until the deadline, the client's end or the cluster's. */
const pump = async (
  call: ResourceCall,
  request: WatchRequest,
  stream: { queue: Queue; out: AnswerStream; start: number },
): Promise<void> => {
  const { queue, out } = stream;
  const { row } = call.target;
  const send = (frame: Fields) => out.write(`${JSON.stringify(frame)}\n`);
  const begun = performance.now();
  const deadline = begun + request.lifetime;
  let nextBookmark = Math.min(begun + limits.bookmarkPeriod, deadline - limits.lastBookmark);
  let seen = stream.start;
  const signals = [out.signal, call.cluster.closed, ...(row.custom === undefined ? [] : [row.custom.retired])];
  while (!out.signal.aborted && !call.cluster.closed.aborted) {
    // Read before the queue is: what happened up to the change of the definition is told, its objects' end in particular.
    const retired = row.custom?.retired.aborted === true;
    if (queue.overflowed) return send(gone(seen, call.cluster.registry.revision));
    const text: string[] = [];
    for (const event of queue.take()) {
      seen = Math.max(seen, event.revision);
      const visible = visibleEvent(row, request.selection, event);
      if (visible !== undefined) {
        text.push(JSON.stringify({ type: visible.type, object: render(call, row, visible.object, request.representation) }), '\n');
      }
    }
    if (text.length > 0) await out.write(text.join(''));
    const now = performance.now();
    if (retired || now >= deadline) return;
    if (request.bookmarks && now >= nextBookmark && queue.empty) {
      await send(bookmark(call, request, Math.max(seen, call.cluster.registry.revision)));
      const last = deadline - limits.lastBookmark;
      nextBookmark = now < last ? Math.min(now + limits.bookmarkPeriod, last) : Number.POSITIVE_INFINITY;
    }
    await queue.ready(Math.min(deadline, request.bookmarks ? nextBookmark : deadline) - performance.now(), signals);
  }
  return undefined;
};

/** GET with `watch=true`. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export const watchObjects = (call: ResourceCall): Answer => {
  const { cluster, target } = call;
  const request = readOptions(call);
  if (cluster.watches.open >= limits.watches) throw errors.tooManyRequests('too many watches are open, please try again later', 1);
  const namespace = storedNamespace(call);
  const stream = async (out: AnswerStream): Promise<void> => {
    cluster.watches.open += 1;
    const queue = createQueue();
    // Taken in one turn, so that no change falls between the snapshot and the subscription.
    const start = request.from ?? cluster.registry.revision;
    const present =
      request.initial === 'none'
        ? []
        : cluster.registry.mirror
            .list(target.row, namespace)
            .map((object) => shownAs(target.row, object))
            .filter(request.selection.matches);
    let subscription: { close(): void } | undefined;
    try {
      try {
        subscription = cluster.registry.watch(target.row, namespace, start, queue.push);
      } catch (thrown) {
        if (!isKernelError(thrown, 'compacted')) throw thrown;
        await out.write(`${JSON.stringify(gone(start, cluster.registry.oldest))}\n`);
        return;
      }
      const frames = present.map(
        (object) => `${JSON.stringify({ type: 'ADDED', object: render(call, target.row, object, request.representation) })}\n`,
      );
      if (request.initial === 'marked') frames.push(`${JSON.stringify(bookmark(call, request, start, true))}\n`);
      if (frames.length > 0) await out.write(frames.join(''));
      await pump(call, request, { queue, out, start });
    } finally {
      cluster.watches.open -= 1;
      subscription?.close();
    }
  };
  const headers = { 'Content-Type': mediaTypes.json, 'Cache-Control': 'no-cache, private', ...warningHeaders(call) };
  return { status: 200, headers, stream };
};

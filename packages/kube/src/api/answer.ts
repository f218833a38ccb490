import type { Answer } from '@podpass/http';
import type { JsonObject } from '@podpass/kernel';
import { toTable } from '../codec/index.ts';
import { errors } from '../errors.ts';
import { fields } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { apiVersionOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { mediaTypes, requestMediaTypes } from '../wire.ts';
import type { ApiCall } from './call.ts';

/** How the client wants objects: as they are, as rows, or their metadata only. */
export type Representation = 'object' | 'table' | 'metadata';

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The ranges of an Accept header in the client's order (clients of Kubernetes put what they prefer first). */
export const acceptedRanges = (header: string | undefined): readonly MediaRange[] =>
  (header ?? '*/*').split(',').map((range) => {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    const pairs = rest.map((part) => part.split('=', 2)).filter((pair) => pair.length === 2);
    return { type: type.toLowerCase(), parameters: Object.fromEntries(pairs) as Record<string, string> };
  });

/** Whether a range of an Accept header takes JSON. */
export const acceptsJson = (type: string) => type === mediaTypes.json || type === '*/*' || type === 'application/*' || type === '';

/** The first representation that the client accepts. Throws NotAcceptable. */
export const representationOf = (call: ApiCall): Representation => {
  for (const { type, parameters } of acceptedRanges(call.exchange.headers.accept)) {
    if (!acceptsJson(type)) continue;
    const as = parameters['as'];
    if (as === undefined) return 'object';
    if (parameters['g'] !== 'meta.k8s.io' || parameters['v'] !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'metadata';
  }
  throw errors.notAcceptable(requestMediaTypes.slice(0, 1));
};

const quoted = (warning: string) => `299 - "${warning.replaceAll(/[\r\n]+/g, ' ').replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;

/** Characters of one warning, of one when there are too many, and of all: clients refuse answers whose headers are too large. */
const longestWarning = 1_024;
const shortenedWarning = 256;
const mostWarned = 4_096;

/** The `Warning` header of a call (RFC 7234, 5.5), if anything has to be said. Characters outside of ASCII cannot be sent and are left out. */
export const warningHeaders = (call: ApiCall): Record<string, string> => {
  const distinct = [...new Set(call.warnings)].map((warning) => warning.slice(0, longestWarning).replaceAll(/[^\t\n\r\x20-\x7e]/g, '?'));
  if (distinct.length === 0) return {};
  const total = distinct.reduce((sum, warning) => sum + warning.length, 0);
  const sent = total <= mostWarned ? distinct : distinct.map((warning) => warning.slice(0, shortenedWarning));
  let size = 0;
  return {
    Warning: sent
      .filter((warning) => (size += warning.length) <= mostWarned)
      .map(quoted)
      .join(', '),
  };
};

/** An answer with a JSON body. */
export const jsonAnswer = (call: ApiCall, body: Fields, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': mediaTypes.json, 'Cache-Control': 'no-cache, private', ...warningHeaders(call) },
  body: JSON.stringify(body),
});

const metadataOnly = (object: KubeObject): Fields => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata,
});

/** Renders one object as the client wants it. `firstRow` leaves out a table's columns when false (later events of a watch). */
export const render = (call: ApiCall, row: ResourceRow, object: KubeObject, representation: Representation): Fields => {
  if (representation === 'metadata') return metadataOnly(object);
  if (representation === 'object') return object;
  return tableOf(call, row, [object], { resourceVersion: object.metadata.resourceVersion ?? '' });
};

const tableOf = (call: ApiCall, row: ResourceRow, objects: readonly KubeObject[], metadata: Fields): Fields => {
  const include = call.exchange.query.get('includeObject') || 'Metadata';
  if (include !== 'None' && include !== 'Metadata' && include !== 'Object') {
    throw errors.badRequest(`includeObject: Invalid value: must be 'None', 'Metadata' or 'Object'`);
  }
  const options = { now: call.cluster.clock.now(), includeObject: include } as const;
  const listed = objects as readonly JsonObject[];
  const table = row.custom?.table(listed, options) ?? toTable(row, listed, options);
  return { ...table, metadata };
};

export const objectAnswer = (call: ApiCall, row: ResourceRow, object: KubeObject, status = 200): Answer =>
  jsonAnswer(call, render(call, row, object, representationOf(call)), status);

/** Answers a list; `metadata` is the list's own. */
export const listAnswer = (call: ApiCall, row: ResourceRow, objects: readonly KubeObject[], metadata: Fields): Answer => {
  const representation = representationOf(call);
  if (representation === 'table') return jsonAnswer(call, tableOf(call, row, objects, metadata));
  if (representation === 'metadata') {
    return jsonAnswer(call, {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map(metadataOnly),
    });
  }
  // Items of typed lists carry neither kind nor apiVersion on the wire of Kubernetes; the list's names stand for them.
  // Custom resources are not typed: each of theirs says what it is.
  const items = row.custom === undefined ? objects.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest) : objects;
  return jsonAnswer(call, { kind: row.custom?.listKind ?? `${row.kind}List`, apiVersion: apiVersionOf(row), metadata, items });
};

/** A `Status` of success. */
export const successStatus = (details: Fields): Fields => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: fields(details),
});

import { isObject, parseJson, type JsonObject } from '@podpass/kernel';
import { paths } from '../wire.ts';
import { readLease, type LeaseRecord } from './record.ts';

/** The kind of object that candidates write their record into. */
export interface Lock {
  path(namespace: string, name?: string): string;
  read(object: JsonObject): LeaseRecord;
  /** The object with this record; `before` is the one that it replaces. */
  write(record: JsonObject, target: { readonly namespace: string; readonly name: string }, before: JsonObject | undefined): JsonObject;
}

export const leaseLock: Lock = {
  path: paths.lease,
  read: readLease,
  write: (record, target, before) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: before?.['metadata'] ?? { ...target },
    spec: { ...(before?.['spec'] as JsonObject | undefined), ...record },
  }),
};

/** Where client-go keeps the record of locks that are no leases. */
const annotation = 'control-plane.alpha.kubernetes.io/leader';

const annotationsOf = (object: JsonObject | undefined): JsonObject => {
  const metadata = object?.['metadata'];
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  return isObject(annotations) ? (annotations as JsonObject) : {};
};

/**
 * The lock of programs from before leases: an annotation of an Endpoints object with client-go's LeaderElectionRecord
 * (https://pkg.go.dev/k8s.io/client-go/tools/leaderelection/resourcelock).
 */
export const endpointsLock: Lock = {
  path: paths.endpoints,
  read(object) {
    const text = annotationsOf(object)[annotation];
    const parsed = typeof text === 'string' ? parseJson(text) : undefined;
    const record = isObject(parsed) ? (parsed as JsonObject) : {};
    return { ...readLease({ spec: { ...record, leaseTransitions: record['leaderTransitions'] ?? 0 } }), object };
  },
  write(record, target, before) {
    const { leaseTransitions = 0, ...others } = record;
    const metadata = isObject(before?.['metadata']) ? (before['metadata'] as JsonObject) : { ...target };
    const text = JSON.stringify({ ...others, leaderTransitions: leaseTransitions });
    return {
      ...before,
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, annotations: { ...annotationsOf(before), [annotation]: text } },
    };
  },
};

import { createClock } from '@podpass/kernel';
import type { KubeObject } from '@podpass/kube-client';
import type { WireAnswer, WireRequest } from '@podpass/http';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { createNodeMetadata } from '../../endpoint/node-metadata.ts';
import { createMetadataService } from '../../imds/metadata-service.ts';
import { noLimits } from '../../imds/wire.ts';
import { createKlog } from '../../mic/klog.ts';
import type { MetadataAnswer, MetadataRequest, PodSource, VmIdentity } from '../../types.ts';
import { createClusterView } from '../cluster-view.ts';
import { isFault, parseFlags } from '../flags.ts';
import { createNmiHandler } from '../handler.ts';
import { createNmiContext } from '../nmi.ts';
import type { Reservations } from '../reservations.ts';
import { clientId, node, principalId, resourceId } from './objects.ts';

export interface WorldOptions {
  readonly args?: readonly string[];
  /** Names of the user-assigned identities that the scale set has. */
  readonly machine?: readonly string[];
  readonly system?: boolean;
  readonly reservations?: Reservations;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The token service. */
  readonly entra?: (request: WireRequest) => Pick<WireAnswer, 'status'> & { readonly body: object };
}

type Kind = 'pods' | 'identities' | 'bindings' | 'assigned' | 'exceptions';

const description = {
  tenantId: 'tenant',
  subscriptionId: 'subscription',
  resourceGroup: 'MC_rg',
  location: 'westeurope',
  scaleSet: 'vmss',
  scaleSetId: '/subscriptions/s/resourceGroups/MC_rg/providers/Microsoft.Compute/virtualMachineScaleSets/vmss',
  instanceId: '0',
  nodeName: node,
  vmId: '99999999-8888-7777-6666-555555555555',
  vmSize: 'Standard_B2s',
  tags: {},
  privateIp: '10.224.0.4',
};

/** A machine with its metadata service, and NMI in front of it, over objects that the test gives. */
export const createWorld = ({
  args = [],
  machine: names = ['demo'],
  system = false,
  secrets = {},
  entra,
  reservations,
}: WorldOptions = {}) => {
  const clock = createClock({ frozenAt: Date.parse('2026-01-01T00:10:00Z') });
  const audits: AuditEvent[] = [];
  const lines: string[] = [];
  const mints: string[] = [];
  const posts: WireRequest[] = [];
  const telemetry = { ...silentTelemetry(), audit: (event: AuditEvent) => void audits.push(event) };
  const identities: VmIdentity[] = names.map((name) => ({
    resourceId: resourceId(name),
    clientId: clientId(name),
    principalId: principalId(name),
  }));
  if (system) identities.push({ resourceId: undefined, clientId: 'system-client', principalId: 'system' });
  const service = createMetadataService({
    source: {
      describe: () => description,
      identities: () => identities,
      mint: async (request) => {
        mints.push(request.principalId);
        return { token: `token-of-${request.principalId}`, notBefore: clock.seconds(), expiry: clock.seconds() + 86_400 };
      },
    },
    clock,
    telemetry,
    limits: noLimits,
  });
  const metadata = createNodeMetadata({ nodeName: node, machine: service.handle, failClosed: () => true, telemetry });
  const log = createKlog({ clock, source: 'server.go', write: (line) => lines.push(line) });
  const view = createClusterView((line) => log.info(line));
  const flags = parseFlags(args, {});
  if (isFault(flags)) throw new Error(flags.fault);
  const ending = new AbortController();
  const reads: string[] = [];
  const wire = {
    request: async (request: WireRequest): Promise<WireAnswer> => {
      posts.push(request);
      if (entra === undefined) throw new Error('no token service');
      const { status, body } = entra(request);
      return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    },
    lines: () => {
      throw new Error('not used');
    },
    close: async () => undefined,
  };
  const context = createNmiContext({
    dependencies: { wire, clock, telemetry },
    launch: { signal: ending.signal, pod: { uid: 'nmi', namespace: 'kube-system', name: 'nmi', nodeName: node } },
    flags,
    metadata,
    view,
    client: {
      get: async (path) => {
        reads.push(path);
        const data = secrets[path];
        if (data === undefined) throw new Error('secrets not found');
        return {
          data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('base64')])),
        };
      },
    },
    log,
    ...(reservations === undefined ? {} : { reservations }),
  });
  metadata.intercept(createNmiHandler(context));

  const stored = new Map<string, KubeObject>();
  /** Adds or replaces objects, as an informer would tell. */
  const put = (kind: Kind, ...objects: readonly KubeObject[]): void => {
    for (const object of objects) {
      const key = `${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      view.changes[kind](stored.get(key), object);
      stored.set(key, object);
    }
  };
  const remove = (kind: Kind, object: KubeObject): void => {
    stored.delete(`${kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`);
    view.changes[kind](object, undefined);
  };
  const request = (given: Partial<MetadataRequest> & { readonly search?: string }): Promise<MetadataAnswer> =>
    metadata.handle({
      id: 'request',
      method: 'GET',
      path: '/metadata/identity/oauth2/token',
      query: new URLSearchParams(given.search ?? 'api-version=2018-02-01&resource=https://vault.azure.net'),
      headers: { metadata: 'true' },
      remoteAddress: '10.0.0.7',
      source: undefined,
      ...given,
    });
  return { clock, audits, lines, mints, posts, reads, identities, view, metadata, put, remove, request, ending };
};
export type World = ReturnType<typeof createWorld>;

/** What the network proves of a pod made by the builder. */
export const from = (object: KubeObject, given: Partial<PodSource> = {}): PodSource => ({
  uid: object.metadata.uid,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  ip: '10.0.0.7',
  hostNetwork: false,
  ...given,
});

/** The token in an answer, or undefined. */
export const tokenIn = ({ status, body }: MetadataAnswer): unknown =>
  status === 200 ? (JSON.parse(body) as Record<string, unknown>)['access_token'] : undefined;

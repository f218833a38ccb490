import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClock } from '@podpass/kernel';
import { createImageCatalogue } from '@podpass/kubelet';
import type { Clusters } from '@podpass/kube';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClusterHost } from './cluster-host.ts';
import { createMachines } from './machines.ts';

let podsFolder: string;
beforeEach(async () => {
  podsFolder = await mkdtemp(path.join(tmpdir(), 'clusters-'));
});
afterEach(() => rm(podsFolder, { recursive: true, force: true }));

const notExpected = () => Promise.reject(new Error('not expected'));

/** A cluster host whose clusters do not run. */
const stopped = (deleted: string[]) => {
  const surface = { name: 'kube', serves: () => false, bodyLimit: 0, handle: notExpected, fault: () => ({ status: 500 }) };
  const clusters: Clusters = {
    create: notExpected,
    update: notExpected,
    get: () => undefined,
    list: () => [],
    delete: async (uid) => void deleted.push(uid),
    api: surface,
    issuers: surface,
    close: async () => undefined,
  };
  return createClusterHost({
    store: createMemoryStore(),
    clusters,
    serverCa: '',
    wire: { request: notExpected, lines: async function* () {}, close: async () => undefined },
    clock: createClock(),
    telemetry: silentTelemetry(),
    images: createImageCatalogue({ entries: [] }),
    podsFolder,
    environments: { process: {}, namespace: {}, shared: [], masked: [] },
    runtime: notExpected,
    doors: { serves: () => false, acceptTls: () => undefined, acceptProxy: undefined },
    machines: createMachines({ scaleSet: () => undefined, mint: notExpected, clientIdOf: () => undefined }),
    api: surface,
    policiesFor: () => [],
    metadataLimits: undefined,
    armOrigin: '',
  });
};

describe('a deleted cluster', () => {
  it('leaves no folder of its pods, and those of others as they are', async () => {
    for (const uid of ['gone', 'kept']) await mkdir(path.join(podsFolder, uid, 'node-0', 'pod'), { recursive: true });
    const deleted: string[] = [];
    await stopped(deleted).delete('gone');
    expect(deleted).toEqual(['gone']);
    expect(await readdir(podsFolder)).toEqual(['kept']);
  });
});

describe('a cluster that is not there', () => {
  it('has no kubeconfig and no keys to rotate', async () => {
    const host = stopped([]);
    await expect(host.kubeconfig('none', 'admin')).rejects.toMatchObject({ code: 'not-found' });
    expect(() => host.rotateSigningKeys('none')).toThrow('There is no cluster none.');
  });

  it('is deleted without complaint', async () => {
    await expect(stopped([]).delete('none')).resolves.toBeUndefined();
  });
});

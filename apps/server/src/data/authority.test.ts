import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { createEnvelope } from '@podpass/crypto';
import { createClock, randomOctets } from '@podpass/kernel';
import { collection, createMemoryStore } from '@podpass/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { azureProfile } from '../profile.ts';
import { openAuthority } from './authority.ts';
import { dataFolder } from './folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'podpass-authority-'));
});
afterEach(() => rm(root, { recursive: true }));

it('publishes its certificate in the form of every kind of client, and again when one of them is missing', async () => {
  const folder = dataFolder(root);
  const deps = {
    store: createMemoryStore(),
    envelope: createEnvelope(randomOctets(32)),
    clock: createClock(),
    folder,
    profile: azureProfile,
  };
  const { certificate } = (await openAuthority(deps)).authority;
  const der = new X509Certificate(certificate).raw;
  expect(await readFile(folder.ca, 'utf8')).toBe(certificate);
  expect(await readFile(folder.caBundle, 'utf8')).toContain(certificate.trim());
  expect((await readFile(folder.javaTrustStore)).includes(der)).toBe(true);
  const { mtimeMs } = await stat(folder.ca);
  expect((await openAuthority(deps)).authority.certificate).toBe(certificate);
  expect((await stat(folder.ca)).mtimeMs).toBe(mtimeMs);
  // A data folder of a version that did not write it yet.
  await rm(folder.javaTrustStore);
  await openAuthority(deps);
  expect((await readFile(folder.javaTrustStore)).includes(der)).toBe(true);
});

it('knows which names it may sign for, and that one of an earlier version may not sign for the portal', async () => {
  const store = createMemoryStore();
  const envelope = createEnvelope(randomOctets(32));
  const deps = { store, envelope, clock: createClock(), folder: dataFolder(root), profile: azureProfile };
  const first = await openAuthority(deps);
  expect([first.permits(azureProfile.portal), first.permits('example.com')]).toEqual([true, false]);
  expect((await openAuthority(deps)).permits(azureProfile.portal)).toBe(true);
  const stored = collection<object>(store, { prefix: '/server/authority/', sealed: envelope });
  await stored.put('tls', { certificate: first.authority.certificate, privateKey: first.authority.exportPrivate() });
  const older = await openAuthority(deps);
  expect([older.permits(azureProfile.portal), older.permits(azureProfile.graph)]).toEqual([false, true]);
});

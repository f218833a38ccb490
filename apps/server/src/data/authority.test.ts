import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { createEnvelope } from '@podpass/crypto';
import { createClock, randomOctets } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
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
  const { certificate } = await openAuthority(deps);
  const der = new X509Certificate(certificate).raw;
  expect(await readFile(folder.ca, 'utf8')).toBe(certificate);
  expect(await readFile(folder.caBundle, 'utf8')).toContain(certificate.trim());
  expect((await readFile(folder.javaTrustStore)).includes(der)).toBe(true);
  const { mtimeMs } = await stat(folder.ca);
  expect((await openAuthority(deps)).certificate).toBe(certificate);
  expect((await stat(folder.ca)).mtimeMs).toBe(mtimeMs);
  // A data folder of a version that did not write it yet.
  await rm(folder.javaTrustStore);
  await openAuthority(deps);
  expect((await readFile(folder.javaTrustStore)).includes(der)).toBe(true);
});

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createImageCatalogue } from '@podpass/kubelet';
import type { DataFolder } from '../data/folder.ts';

/** The program of an example, of which `entry` is a module's URL. */
const programOf = (entry: string): string => path.join(path.dirname(fileURLToPath(entry)), 'main.ts');

/** The program behind the image of the workload identity articles: our own sample on the JavaScript SDKs. */
const reader = programOf(import.meta.resolve('@podpass/example-keyvault-reader'));
/** The program behind the image of the pod identity article: our own, which does what the original does. */
const demo = programOf(import.meta.resolve('@podpass/example-pod-identity-demo'));

/** Where the programs above lie: the checkout of the platform, and the Node that runs them. */
export const programFolders: readonly string[] = [
  path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..'),
  path.dirname(path.dirname(process.execPath)),
];

/** The image catalogue of a data folder: what ships with Podpass, and beneath it what `podpass image map` added. */
export const openImages = (folder: DataFolder) =>
  createImageCatalogue({
    entries: [
      { image: 'ghcr.io/azure/azure-workload-identity/msal-go', command: [process.execPath, reader], startsWithin: 10_000 },
      { image: 'mcr.microsoft.com/oss/azure/aad-pod-identity/demo', command: [process.execPath, demo], startsWithin: 10_000 },
    ],
    file: folder.images,
  });

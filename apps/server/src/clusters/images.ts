import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createImageCatalogue } from '@podpass/kubelet';
import type { DataFolder } from '../data/folder.ts';

/** The program behind the image of the workload identity articles: our own sample on the JavaScript SDKs. */
const reader = path.join(path.dirname(fileURLToPath(import.meta.resolve('@podpass/example-keyvault-reader'))), 'main.ts');

/** The image catalogue of a data folder: what ships with Podpass, and beneath it what `podpass image map` added. */
export const openImages = (folder: DataFolder) =>
  createImageCatalogue({
    entries: [{ image: 'ghcr.io/azure/azure-workload-identity/msal-go', command: [process.execPath, reader], startsWithin: 10_000 }],
    file: folder.images,
  });

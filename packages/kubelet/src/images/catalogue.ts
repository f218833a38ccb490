import { KernelError } from '@podpass/kernel';
import type { ImageCatalogue, ImageEntry } from '../types.ts';
import { openImageFile, readEntry } from './file.ts';
import { bestEntry } from './match.ts';

export interface ImageCatalogueOptions {
  /** What ships with the platform; entries of the file that are as exact win over them. */
  readonly entries: readonly ImageEntry[];
  /** `images.json` of the data folder; read again when it changes. Without it nothing can be mapped. */
  readonly file?: string;
}

/** Says which program runs behind an image name; images without one are simulated. */
export const createImageCatalogue = ({ entries, file }: ImageCatalogueOptions): ImageCatalogue => {
  const opened = file === undefined ? undefined : openImageFile(file);
  const own = () => opened?.entries() ?? [];
  const writable = () => {
    if (opened === undefined) throw new KernelError('invalid', 'This image catalogue has no file.');
    return opened;
  };
  return {
    find: (image) => bestEntry([...own(), ...entries], image),
    list: () => [...entries.map((entry) => ({ ...entry, bundled: true })), ...own().map((entry) => ({ ...entry, bundled: false }))],
    async map(image, command) {
      const entry = readEntry({ image, command });
      if (entry === undefined) throw new KernelError('invalid', 'Give an image name and a command of at least one part.');
      writable().save([...own().filter((known) => known.image !== image), entry]);
    },
    async unmap(image) {
      const kept = own().filter((entry) => entry.image !== image);
      if (kept.length === own().length) return false;
      writable().save(kept);
      return true;
    },
  };
};

import { open, rename } from 'node:fs/promises';

/** Writes a file whole or not at all: to a temporary name, to the disk, then over the old one. */
export const writeFileWhole = async (file: string, text: string | Buffer, mode = 0o600): Promise<void> => {
  const temporary = `${file}.${process.pid}.part`;
  const handle = await open(temporary, 'w', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
};

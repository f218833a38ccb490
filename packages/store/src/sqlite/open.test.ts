import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { put, summary, textOf, write } from '../testing/builders.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { openDatabase } from './database.ts';
import { openSqliteStore, storeOn } from './open.ts';

const freshFolder = (): string => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  return folder.path;
};

const sql = (file: string, text: string): void => {
  const database = new DatabaseSync(file);
  database.exec(text);
  database.close();
};

const filled = async (): Promise<string> => {
  const file = join(freshFolder(), 'store.db');
  const store = await openSqliteStore({ file });
  for (let at = 0; at < 200; at += 1) await write(store, put(`k${at}`, 'v'.repeat(400)));
  await store.close();
  return file;
};

describe('opening a store file', () => {
  it('refuses a file that is no database, and leaves it as it is', async () => {
    const file = join(freshFolder(), 'notes.txt');
    writeFileSync(file, 'not a database at all, but long enough to look at twice'.repeat(20), { mode: 0o644 });
    const before = readFileSync(file);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'corrupt',
      message: `The store file ${file} cannot be used: it is damaged, or not a store.`,
    });
    expect(readFileSync(file)).toEqual(before);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('refuses the database of another program, and leaves it as it is', async () => {
    const file = join(freshFolder(), 'other.db');
    sql(file, 'CREATE TABLE theirs (x)');
    const before = readFileSync(file);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('another program') });
    expect(readFileSync(file)).toEqual(before);
  });

  it('refuses a newer schema', async () => {
    const file = await filled();
    sql(file, 'PRAGMA user_version = 99');
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('schema version is 99'),
    });
  });

  it('refuses a file that was cut off', async () => {
    const file = await filled();
    truncateSync(file, 20_480);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('refuses a file with pages overwritten', async () => {
    const file = await filled();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8192, 40_960);
    writeFileSync(file, bytes);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('refuses a log with a revision missing', async () => {
    const file = await filled();
    sql(file, 'DELETE FROM log WHERE id / 1024 = 100');
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('revision 100 is missing'),
    });
  });

  it('refuses a file that another store has open', async () => {
    const file = join(freshFolder(), 'store.db');
    const store = await openSqliteStore({ file });
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('another process'),
    });
    await write(store, put('a'));
    await store.close();
    const again = await openSqliteStore({ file });
    expect(textOf(await again.get('a'))).toBe('a');
    await again.close();
  });

  it('refuses a path that cannot be opened', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    for (const file of [join(folder, 'file', 'x.db'), join(folder, 'folder'), join(folder, 'no', 'such', 'x.db')]) {
      await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(file) });
    }
  });

  it.skipIf(process.getuid?.() === 0)('refuses a read-only folder', async () => {
    const folder = join(freshFolder(), 'fixed');
    mkdirSync(folder, { mode: 0o500 });
    await expect(openSqliteStore({ file: join(folder, 'x.db') })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps all files to the owner, and creates the folder', async () => {
    const folder = join(freshFolder(), 'data');
    const file = join(folder, 'store.db');
    const store = await openSqliteStore({ file });
    await write(store, put('a'));
    expect([folder, file, `${file}-wal`].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600]);
    await store.close();
  });
});

describe('a write that fails', () => {
  it('rolls everything back, and later writes still work', async () => {
    const file = join(freshFolder(), 'store.db');
    const database = openDatabase(file, 'relaxed');
    const store = storeOn(database, file, () => undefined);
    await write(store, put('a', '1'));
    const events: number[] = [];
    store.watch('', {}, (told) => events.push(told[0]?.revision ?? 0));
    const pages = (count: number) => database.exec(`PRAGMA max_page_count = ${count}`);
    pages(8);
    const big = 'x'.repeat(200_000);
    const results = await Promise.allSettled([write(store, put('b')), write(store, put('c', big)), write(store, put('a', '2'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(results[0]).toMatchObject({ reason: { code: 'unavailable', message: expect.stringContaining('the disk is full') } });
    expect([store.revision, events, summary((await store.list('')).items)]).toEqual([1, [], ['a=1@1']]);
    pages(100_000);
    await expect(write(store, put('c', big))).resolves.toMatchObject({ revision: 2 });
    await store.close();
    const again = await openSqliteStore({ file });
    expect((await again.list('')).items.map(({ key, modRevision }) => [key, modRevision])).toEqual([
      ['a', 1],
      ['c', 2],
    ]);
    await again.close();
  });
});

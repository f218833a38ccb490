import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import { isObject, parseJson } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';

export const logsCommand: Register = ({ program, handle, common }) => {
  common(program.command('logs'))
    .description("Print the end of the server's log. Works after a crash too. With --output json, one JSON object for each line.")
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .option('-n, --lines <n>', 'how many lines', count, 100)
    .addHelpText('after', exitCodeHelp)
    .action(handle(logs));
};

const count = (text: string): number => {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const chunkBytes = 64 * 1024;

const logs = async ({ system, folder, output, options }: CommandContext): Promise<number> => {
  const file = await open(folder.log).catch(() => {
    throw new CliFailure('no-log', 'There is no log yet.', {
      why: `${folder.log} cannot be read.`,
      next: 'Start the platform with `podpass up --detach`.',
    });
  });
  const print = (line: string) => void system.stdout.write(`${output.json ? asJson(line) : asText(line)}\n`);
  try {
    const { size } = await file.stat();
    for (const line of await lastLines(file, size, Number(options['lines']))) print(line);
    if (options['follow'] !== true) return exitCodes.ok;
    return await follow(file, { path: folder.log, from: size, print });
  } finally {
    await file.close();
  }
};

/** Reads backwards, so that a large log costs no more than what is printed. */
const lastLines = async (file: FileHandle, size: number, wanted: number): Promise<readonly string[]> => {
  let start = size;
  const chunks: Buffer[] = [];
  let breaks = 0;
  while (start > 0 && breaks <= wanted) {
    const length = Math.min(chunkBytes, start);
    start -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    breaks += buffer.filter((octet) => octet === 0x0a).length;
    chunks.unshift(buffer);
  }
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return wanted === 0 ? [] : lines.slice(-wanted);
};

const follow = async (file: FileHandle, options: { path: string; from: number; print: (line: string) => void }): Promise<number> => {
  let at = options.from;
  let rest = '';
  let interrupted = false;
  const stop = () => (interrupted = true);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  while (!interrupted) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) {
      // A log that was cut or replaced ends the following rather than printing the wrong part of it.
      const now = await stat(options.path).catch(() => undefined);
      if (!now || now.size < at) break;
      await sleep(200);
      continue;
    }
    at += bytesRead;
    const lines = (rest + buffer.subarray(0, bytesRead).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) options.print(line);
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return exitCodes.ok;
};

const asJson = (line: string): string => (isObject(parseJson(line)) ? line : JSON.stringify({ msg: line }));

/** `time level message rest` of a structured line; other lines as they are. */
const asText = (line: string): string => {
  const entry = parseJson(line);
  if (!isObject(entry) || typeof entry['msg'] !== 'string') return line;
  const { time, level, msg, ...rest } = entry;
  const when = typeof time === 'number' ? new Date(time).toISOString() : textOf(time);
  const more = Object.entries(rest).filter(([name]) => name !== 'pid' && name !== 'hostname');
  return [when, levels.get(level) ?? textOf(level), msg, ...more.map(([name, value]) => `${name}=${JSON.stringify(value)}`)]
    .join(' ')
    .trim();
};

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const levels: ReadonlyMap<unknown, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

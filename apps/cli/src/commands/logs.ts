import { stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { isObject, parseJson } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { follow } from '../log/follow.ts';
import { lastLines } from '../log/last-lines.ts';

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

const logs = async ({ system, folder, output, options }: CommandContext): Promise<number> => {
  const { size } = await stat(folder.log).catch(() => {
    throw new CliFailure('no-log', 'There is no log yet.', {
      why: `${folder.log} cannot be read.`,
      next: 'Start the platform with `podpass up --detach`.',
    });
  });
  const print = (line: string) => void system.stdout.write(`${output.json ? asJson(line) : asText(line)}\n`);
  for (const line of await lastLines(folder.log, { wanted: Number(options['lines']), size })) print(line);
  if (options['follow'] !== true) return exitCodes.ok;
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await follow(folder.log, { from: size, print, signal: interrupted.signal });
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return exitCodes.ok;
};

const asJson = (line: string): string => (isObject(parseJson(line)) ? line : JSON.stringify({ message: line }));

/** `time level message rest` of a line of the server's log; other lines as they are. */
const asText = (line: string): string => {
  const entry = parseJson(line);
  if (!isObject(entry) || typeof entry['message'] !== 'string') return line;
  const { time, level, message, ...rest } = entry;
  const more = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [time, level, message, ...more].filter((part) => typeof part === 'string').join(' ');
};

import type { System } from '../system.ts';
import type { Block } from './article.ts';
import type { BlockResult } from './block-result.ts';

/** Tells people how far a run is. */
export interface Progress {
  start(block: Block, total: number): void;
  finish(result: BlockResult, total: number): void;
}

const words = { passed: 'ok  ', failed: 'FAIL', interrupted: 'STOP' } as const;
const frames = ['|', '/', '-', '\\'];
/** So much of a failed block's output is shown; the rest is in the JSON report. */
const maxLines = 200;

/** One line for each block; while it runs, a moving one at a terminal only. In JSON mode nothing. */
export const createProgress = (
  system: Pick<System, 'stdout'>,
  options: { readonly json: boolean; readonly verbose: boolean; readonly file: string },
): Progress => {
  if (options.json) return { start: () => undefined, finish: () => undefined };
  const { stdout } = system;
  let spinner: NodeJS.Timeout | undefined;
  return {
    start(block, total) {
      if (!stdout.isTTY) return;
      let turn = 0;
      const began = performance.now();
      const draw = () => {
        turn += 1;
        stdout.write(`\r\u001b[K${frames[turn % frames.length]} ${title(block, total)} ${seconds(performance.now() - began)}`);
      };
      draw();
      spinner = setInterval(draw, 120);
    },
    finish(result, total) {
      clearInterval(spinner);
      if (stdout.isTTY) stdout.write('\r\u001b[K');
      stdout.write(`${words[result.status]} ${title(result.block, total)} ${seconds(result.milliseconds)}\n`);
      if (result.status === 'failed') stdout.write(explain(result, options.file));
      else if (options.verbose && result.output.trim() !== '') stdout.write(indented(result.output));
    },
  };
};

const title = (block: Block, total: number): string =>
  `[${String(block.number).padStart(String(total).length)}/${total}] line ${block.line}${block.heading ? `: ${block.heading}` : ''}`;

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)}s`;

const explain = ({ block, exitCode, output, comparison }: BlockResult, file: string): string => {
  const what =
    comparison?.reason === undefined
      ? `${file}:${block.line}: block ${block.number} failed with exit code ${exitCode}.`
      : `${file}:${block.expected?.line ?? block.line}: the result of block ${block.number} (line ${block.line}) is not the expected one. ${comparison.reason}`;
  const commands = `  Commands:\n${indented(block.commands)}`;
  const shown = output.trim() === '' ? '  It printed nothing.\n' : `  Output:\n${indented(output)}`;
  return `\n${what}\n${commands}${shown}\n`;
};

const indented = (text: string): string => {
  const lines = text.trimEnd().split('\n');
  const cut = lines.length > maxLines ? [`… ${lines.length - maxLines} lines before these`] : [];
  return [...cut, ...lines.slice(-maxLines)].map((line) => `    ${line}\n`).join('');
};

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { systemCode } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { commandEnvironment, platformVariables } from '../platform/environment.ts';
import { requirePlatform } from '../platform/run-state.ts';
import { ArticleProblem, parseArticle, type Article } from '../run/article.ts';
import { listing, report } from '../run/report.ts';
import { runArticle } from '../run/run-article.ts';
import { createProgress } from '../run/progress.ts';

export const runCommand: Register = ({ program, handle, common }) => {
  common(program.command('run'))
    .description("Execute a Markdown article's shell blocks against the running platform and compare its result blocks.")
    .argument('<article>', 'Markdown file')
    .option('--dry-run', 'list the blocks and run none')
    .option('--from <start>', 'start at block N, or at the first block from line N on, written :N', start)
    .option('--keep-going', 'run the remaining blocks after a failure')
    .option('--verbose', 'show the output of every block')
    .option('--no-platform', 'run in your own environment; the commands of the article then reach whatever you are signed in to')
    .addHelpText('after', `${semantics}${exitCodeHelp}`)
    .action(handle(run));
};

const semantics = `
Blocks marked bash, sh, shell, console, azurecli and azurecli-interactive are executed in order in one bash: exported
variables, functions and the working directory carry over. A block ends at its first failing command, as with set -e, and
fails with that command's exit code; within a pipeline the last command decides. Standard input is empty.
In console blocks with "$ " prompts the prompted lines are executed.

A comment <!-- expected_similarity=N --> compares the next other block with the standard output of the last executed one:
JSON by its members and their types and by its text (Jaro), text by Jaro-Winkler, each from 0 to 1;
<!-- expected_similarity="REGEX" --> matches the output against an expression. Result blocks without a comment are not compared.
`;

interface Start {
  readonly block?: number;
  readonly line?: number;
}

const start = (text: string): Start => {
  const [, colon, number] = /^(:?)([1-9]\d{0,6})$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It must be a block number such as 4, or a line number such as :120.');
  return colon === ':' ? { line: Number(number) } : { block: Number(number) };
};

const run = async (context: CommandContext, file: string): Promise<number> => {
  const { system, folder, output, options } = context;
  const article = await readArticle(path.resolve(system.cwd, file), file);
  const blocks = article.blocks.filter((block) => startsIn(block, options['from'] as Start | undefined));
  if (blocks.length === 0) {
    throw new CliFailure('no-blocks', `${file} has no block to execute${options['from'] === undefined ? '' : ' from there on'}.`, {
      why: `It has ${article.blocks.length} executable blocks in all.`,
      next: 'List them with --dry-run.',
    });
  }
  if (options['dryRun'] === true) {
    const { value, text } = listing(article, blocks);
    output.result(value, text);
    return exitCodes.ok;
  }
  // Without a platform the article's commands would reach the real cloud: that must be asked for.
  const platform = options['platform'] === false ? undefined : await requirePlatform(folder);
  const env = platform ? commandEnvironment(system.env, platformVariables(folder, platform.run.proxy)) : system.env;
  const progress = createProgress(system, { json: output.json, verbose: options['verbose'] === true, file });
  const outcome = await runArticle({ article, blocks, env, cwd: system.cwd, keepGoing: options['keepGoing'] === true, progress });
  const { value, text } = report(article, outcome);
  output.result(value, text);
  if (outcome.interrupted) return exitCodes.interrupted;
  return outcome.failed > 0 ? exitCodes.failed : exitCodes.ok;
};

const startsIn = (block: { readonly number: number; readonly line: number }, from: Start | undefined): boolean =>
  block.number >= (from?.block ?? 0) && block.line >= (from?.line ?? 0);

const readArticle = async (absolute: string, file: string): Promise<Article> => {
  try {
    return parseArticle(await readFile(absolute, 'utf8'), file);
  } catch (thrown) {
    if (thrown instanceof ArticleProblem) {
      throw new CliFailure('article-invalid', `${file}:${thrown.line}: ${thrown.message}`, { next: 'Mend the article.', cause: thrown });
    }
    throw new CliFailure('article-unreadable', `The article ${file} cannot be read.`, {
      why: systemCode(thrown) === 'ENOENT' ? 'There is no such file.' : (systemCode(thrown) ?? 'unknown'),
      next: 'Name a Markdown file.',
      exitCode: exitCodes.usage,
      cause: thrown,
    });
  }
};

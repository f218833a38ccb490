import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isAlive } from '../platform/process.ts';
import { parseArticle } from './article.ts';
import { createProgress } from './progress.ts';
import { report } from './report.ts';
import { runArticle } from './run-article.ts';

const fence = (commands: string, language = 'bash'): string => `\`\`\`${language}\n${commands}\n\`\`\`\n`;

const run = async (text: string, options: { keepGoing?: boolean; from?: number; tty?: boolean; verbose?: boolean } = {}) => {
  const article = parseArticle(text, 'a.md');
  const printed: string[] = [];
  const stdout = { isTTY: options.tty === true, write: (piece: string) => printed.push(piece) };
  const outcome = await runArticle({
    article,
    blocks: article.blocks.slice((options.from ?? 1) - 1),
    env: { PATH: process.env['PATH'], GREETING: 'hello' },
    cwd: '/',
    keepGoing: options.keepGoing === true,
    progress: createProgress({ stdout }, { json: false, verbose: options.verbose === true, file: 'a.md' }),
  });
  return { outcome, printed: printed.join(''), summary: report(article, outcome).text, results: outcome.results };
};

describe('a block fails', () => {
  test.each([
    ['with its last command', 'true\n(exit 3)', 3, ''],
    ['at its first failing command', 'echo before\n(exit 4)\necho after', 4, 'before\n'],
    ['at a failing assignment', 'X="$(exit 5)"\necho after', 5, ''],
    ['at a failing function', 'f() { return 6; }\nf\necho after', 6, ''],
    ['at a command that does not exist', 'no-such-command-here\necho after', 127, ''],
    ['at a syntax error', 'if then', 1, ''],
    ['with `exit`', 'echo x; exit 9', 9, 'x\n'],
    ['with `set -e`', 'set -e\nfalse\necho after', 1, ''],
    ['when a signal ends the shell', 'kill -TERM $$; sleep 5', 143, ''],
  ])('%s', async (_, commands, exitCode, stdout) => {
    const { outcome, results } = await run(fence(commands) + fence('echo next'));
    expect(results).toMatchObject([{ status: 'failed', stdout }]);
    expect(results[0]?.exitCode === exitCode || (exitCode === 1 && results[0]?.exitCode === 2)).toBe(true);
    expect(outcome).toMatchObject({ failed: 1, notRun: 1 });
  });

  test('and its place, commands, output and exit code are printed', async () => {
    const { printed, summary } = await run(`# Title\n\n${fence('echo to-out; echo to-err >&2\nfalse')}`);
    expect(printed).toContain('FAIL [1/1] line 3: Title');
    expect(printed).toContain('a.md:3: block 1 failed with exit code 1.');
    expect(printed).toContain('    to-out\n');
    expect(printed).toContain('    to-err\n');
    expect(summary).toMatch(/^FAIL a\.md: 0 passed, 1 failed in \d+\.\ds$/);
  });

  test('when its result is not the expected one, and the place of the result is printed', async () => {
    const { printed, results } = await run(`${fence('echo surprise')}<!-- expected_similarity=0.9 -->\n${fence('welcome', 'output')}`);
    expect(results).toMatchObject([{ status: 'failed', exitCode: 0, comparison: { matches: false } }]);
    expect(printed).toContain('a.md:5: the result of block 1 (line 1) is not the expected one.');
  });

  test('with --keep-going the others run, in the same shell', async () => {
    const { results, summary } = await run(fence('X=1\nfalse') + fence('echo "$X"'), { keepGoing: true });
    expect(results).toMatchObject([{ status: 'failed' }, { status: 'passed', stdout: '1\n' }]);
    expect(summary).toMatch(/1 passed, 1 failed/);
  });
});

describe('a block passes', () => {
  test.each([
    ['when failures are handled', 'false || true\nif false; then :; fi\n! false\necho end'],
    ['when a pipeline ends well, as Azure’s documents are run', 'false | true\necho end'],
    ['when it reads its empty standard input', 'cat; read -r x || true\necho end'],
    ['when it redirects the shell’s own output for good', 'exec >/dev/null 2>&1'],
    ['when it traps errors itself', "trap 'echo trapped' ERR\nfalse || true"],
    ['when it is empty', ''],
    ['when it is a comment', '# nothing'],
  ])('%s', async (_, commands) => {
    const { results } = await run(fence(commands) + fence('echo next'));
    expect(results).toMatchObject([{ status: 'passed' }, { status: 'passed', stdout: 'next\n' }]);
  });
});

describe('runArticle', () => {
  test('variables, functions, the folder and shell options carry over', async () => {
    const { results } = await run(
      fence('export A=1; b=2; f() { echo "f $1"; }; shopt -s nullglob; cd /tmp') +
        fence('echo "$A $b $GREETING $(f x) $PWD"; sh -c \'echo $A\'; shopt -q nullglob'),
    );
    expect(results[1]).toMatchObject({ status: 'passed', stdout: '1 2 hello f x /tmp\n1\n' });
  });

  test('each block’s output is its own, however large, with any bytes and without a last line break', async () => {
    const { results } = await run(
      fence('printf one') + fence("head -c 300000 /dev/zero | tr '\\0' x; echo; printf 'ü\\x1e;'") + fence('printf three; printf err >&2'),
    );
    expect(results.map(({ stdout }) => stdout.length)).toEqual([3, 300_004, 5]);
    expect(results[1]?.stdout.endsWith('ü\u001e;')).toBe(true);
    expect(results[2]).toMatchObject({ stdout: 'three', output: expect.stringMatching(/^(threeerr|errthree)$/) as string });
  });

  test('a background process does not hold the run up, and is ended with it', async () => {
    const began = performance.now();
    const { results } = await run(fence('sleep 30 &\necho "$!"'));
    expect(performance.now() - began).toBeLessThan(10_000);
    const pid = Number(results[0]?.stdout);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test('a later start runs the later blocks only', async () => {
    const { results } = await run(fence('echo 1') + fence('echo 2'), { from: 2 });
    expect(results).toMatchObject([{ block: { number: 2 }, stdout: '2\n' }]);
  });

  test('results are compared with standard output alone', async () => {
    const { outcome } = await run(
      `${fence('echo warning >&2; echo \'{"a":1}\'')}<!-- expected_similarity=1 -->\n${fence('{ "a": 1 }', 'json')}`,
    );
    expect(outcome).toMatchObject({ failed: 0, results: [{ comparison: { matches: true, score: 1 } }] });
  });

  test('SIGINT ends the shell and what it runs', async () => {
    const listeners = process.listeners('SIGINT');
    const running = run(fence('sleep 30') + fence('echo next'));
    await sleep(400);
    for (const listener of process.listeners('SIGINT')) if (!listeners.includes(listener)) listener('SIGINT');
    const { outcome, summary } = await running;
    expect(outcome).toMatchObject({ interrupted: true, notRun: 1, results: [{ status: 'interrupted' }] });
    expect(summary).toMatch(/^INTERRUPTED/);
  });

  test('at a terminal the line moves, elsewhere it does not; verbose shows what was printed', async () => {
    expect((await run(fence('echo shown'), { tty: true })).printed).toContain('\r\u001b[K');
    const { printed } = await run(fence('echo shown'), { verbose: true });
    expect(printed).toMatch(/^ok {3}\[1\/1\] line 1 \d+\.\ds\n {4}shown\n$/);
  });
});

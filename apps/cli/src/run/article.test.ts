import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseArticle } from './article.ts';

const commands = (text: string): readonly string[] => parseArticle(text, 'a.md').blocks.map((block) => block.commands);
const outcome = (text: string): string => {
  try {
    return parseArticle(text, 'a.md').file;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : String(thrown);
  }
};
const lines = (...all: readonly string[]): string => all.join('\n');

describe('parseArticle refuses', () => {
  test.each([
    ['a block that is never closed', lines('# A', '```bash', 'echo 1'), 2],
    ['a similarity that is no number', lines('```bash', 'x', '```', '<!-- expected_similarity=much -->'), 4],
    ['a similarity above 1', lines('```bash', 'x', '```', '', '<!-- expected_similarity=1.5 -->'), 5],
    ['an empty similarity', '<!-- expected_similarity= -->', 1],
    ['an expression that cannot be compiled', '<!-- expected_similarity="(" -->', 1],
  ])('%s, naming the line', (_, text, line) => {
    expect(() => parseArticle(text, 'a.md')).toThrow(expect.objectContaining({ name: 'ArticleProblem', line }));
  });
});

describe('parseArticle finds no block in', () => {
  test.each([
    ['other languages', lines('```json', '{}', '```', '```yaml', 'a: b', '```', '```output', 'x', '```')],
    ['a block without language', lines('```', 'echo 1', '```')],
    ['code within a line', '```bash echo 1```'],
    ['fewer than three marks', lines('``bash', 'echo 1', '``')],
    ['a comment', lines('<!--', '```bash', 'echo 1', '```', '-->')],
    ['another block', lines('````text', '```bash', 'echo 1', '```', '````')],
    ['a block of tildes with backticks in it', lines('~~~text', '```bash', 'echo 1', '```', '~~~')],
    ['front matter', lines('---', '```bash', 'echo 1', '```', '---', 'text')],
  ])('%s', (_, text) => {
    expect(commands(text)).toEqual([]);
  });
});

describe('parseArticle reads', () => {
  test.each([
    ['backticks', lines('```bash', 'echo 1', '', 'echo 2', '```'), 'echo 1\n\necho 2'],
    ['tildes', lines('~~~sh', 'echo 1', '~~~'), 'echo 1'],
    ['more marks, closed by as many', lines('`````bash', 'echo ```', '```', '`````'), 'echo ```\n```'],
    ['a closing fence that is longer', lines('```bash', 'echo 1', '`````  '), 'echo 1'],
    ['capitals', lines('``` Bash', 'echo 1', '```'), 'echo 1'],
    ['attributes after the language', lines('```azurecli-interactive {.copy} a=b', 'az x', '```'), 'az x'],
    ['attributes right after the language', lines('```bash{1,3}', 'echo 1', '```'), 'echo 1'],
    [
      'a list, with the indentation of its content kept',
      lines('1. Do:', '', '    ```bash', '    cat <<EOF', '      a: b', '    EOF', '    ```'),
      'cat <<EOF\n  a: b\nEOF',
    ],
    ['a list item that begins with it', lines('- ```bash', '  echo 1', '  ```'), 'echo 1'],
    ['a numbered item that begins with it', lines('10. ```bash', '    echo 1', '    ```'), 'echo 1'],
    ['tabs', lines('\t```bash', '\techo 1', '\t\techo 2', '\t```'), 'echo 1\n\techo 2'],
    ['tabs with content indented by spaces', lines('\t```bash', '    echo 1', '  echo 2', '\t```'), 'echo 1\necho 2'],
    ['spaces with content indented by tabs', lines('  ```bash', '\techo 1', '  ```'), '  echo 1'],
    ['quotes', lines('> [!NOTE]', '> ```bash', '> echo 1', '>   echo 2', '> ```'), 'echo 1\n  echo 2'],
    ['carriage returns', '```bash\r\necho 1\r\n```\r\n', 'echo 1'],
    ['a byte order mark', '\ufeff```bash\necho 1\n```', 'echo 1'],
    ['a fence indented as content', lines('```bash', 'cat <<EOF', '    ```', 'EOF', '```'), 'cat <<EOF\n    ```\nEOF'],
    ['a console block without prompts', lines('```console', 'echo 1', '```'), 'echo 1'],
    ['a console block with prompts', lines('```console', '$ echo 1 \\', '> 2', '1 2', '$ ls', 'a', '```'), 'echo 1 \\\n2\nls'],
  ])('%s', (_, text, expected) => {
    expect(commands(text)).toEqual([expected]);
  });

  test('numbers, lines and headings', () => {
    const text = lines(
      '# [Title](#tab/x)',
      '```bash',
      'a',
      '```',
      'Sub `title`',
      '---',
      '```json',
      '{}',
      '```',
      '',
      '```azurecli',
      'b',
      '```',
    );
    expect(parseArticle(text, 'a.md').blocks).toEqual([
      { number: 1, line: 2, heading: 'Title', language: 'bash', commands: 'a' },
      { number: 2, line: 11, heading: 'Sub title', language: 'azurecli', commands: 'b' },
    ]);
  });

  test('whatever a block holds, in any indentation, it is read back', () => {
    const content = fc.array(
      fc.string().filter((line) => !/[\r\n]/.test(line) && !/^\s*~~~+\s*$/.test(line)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(content, fc.nat({ max: 9 }), fc.string(), (block, indent, before) => {
        const prose = before.replaceAll(/[`~<>\r\n]/g, ' ');
        const indented = ['~~~bash', ...block, '~~~'].map((line) => ' '.repeat(indent) + line);
        expect(commands(lines(`Text ${prose}`, ...indented, 'after'))).toEqual([block.join('\n')]);
      }),
    );
  });

  test('any text at all without another failure than its own', () => {
    const piece = fc.constantFrom(
      '```',
      '~~~',
      'bash',
      '\n',
      '<!--',
      '-->',
      'expected_similarity=',
      '"',
      '(',
      ' ',
      '\t',
      '>',
      '- ',
      '---',
      '# ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(outcome(pieces.join(''))).toMatch(/^(a\.md|ArticleProblem)$/);
      }),
    );
  });
});

describe('expected results', () => {
  const expected = (text: string) => parseArticle(text, 'a.md').blocks.map((block) => block.expected);
  const block = lines('```bash', 'x', '```');
  const result = lines('```output', 'a', 'b', '```');

  test.each([
    ['no comment', lines(block, result)],
    ['another comment', lines(block, '<!-- similar -->', result)],
    ['no block before it', lines('<!-- expected_similarity=0.5 -->', result, block)],
  ])('there is none with %s', (_, text) => {
    expect(expected(text)).toEqual([undefined]);
  });

  test('a similarity, on one line or several, with text between', () => {
    const want = { language: 'output', content: 'a\nb', expectation: { similarity: 0.8 } };
    expect(expected(lines(block, '<!--expected_similarity=0.8-->', 'Text.', result))).toEqual([{ line: 6, ...want }]);
    expect(expected(lines(block, '<!--', ' expected_similarity = 0.8', '-->', '', result))).toEqual([{ line: 8, ...want }]);
  });

  test('an expression, with the flags that Go writes in front', () => {
    const [found] = expected(lines(block, String.raw`<!-- expected_similarity="(?i)^Ready \d+$" -->`, result));
    expect(found?.expectation).toEqual({ pattern: /^Ready \d+$/i, source: String.raw`(?i)^Ready \d+$` });
  });

  test('a comment waits for the next result and belongs to the last executed block', () => {
    const found = expected(lines(block, '<!-- expected_similarity=1 -->', block, result, result));
    expect(found).toMatchObject([undefined, { line: 8, expectation: { similarity: 1 } }]);
  });
});

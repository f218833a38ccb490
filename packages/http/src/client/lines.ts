import { StringDecoder } from 'node:string_decoder';
import type { IncomingMessage } from 'node:http';
import { KernelError } from '@podpass/kernel';

/** How much of a refusal's body is quoted to the caller. */
const quoted = 16 * 1024;

const readSome = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > quoted) break;
  }
  return text.slice(0, quoted);
};

export interface LineOptions {
  /** Longest line in characters. */
  readonly maxLine: number;
  /**
   * `objects`: lines without their ends, empty ones left out. `text`: everything as it came, each line with its end; a
   * line that is too long comes in parts, and the last one may have no end.
   */
  readonly mode: 'objects' | 'text';
}

/**
 * Yields the lines of an answer. Rejects with KernelError `unavailable` when the status is not 2xx (`detail`: status
 * and body) and, where lines are objects, `invalid` when one is too long.
 */
export async function* readLines(answer: IncomingMessage, { maxLine, mode }: LineOptions): AsyncGenerator<string> {
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299)
    throw new KernelError('unavailable', `The server answered ${status}.`, { detail: { status, body: await readSome(answer) } });
  const decoder = new StringDecoder('utf8');
  // Pieces of the line that has not ended yet; joined once, so that long lines cost linear time.
  let pieces: string[] = [];
  let held = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const parts = decoder.write(chunk).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      const line = pieces.join('') + part;
      pieces = [];
      held = 0;
      const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
      if (mode === 'text') yield `${line}\n`;
      else if (bare !== '') yield bare;
    }
    pieces.push(last);
    held += last.length;
    if (held > maxLine && mode === 'text') {
      yield pieces.join('');
      pieces = [];
      held = 0;
    } else if (held > maxLine) {
      answer.destroy();
      throw new KernelError('invalid', `A line of the answer is longer than ${maxLine} characters.`);
    }
  }
  const rest = pieces.join('') + decoder.end();
  if (rest !== '') yield rest;
}

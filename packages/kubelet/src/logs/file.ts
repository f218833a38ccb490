import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { logLimits } from '../wire.ts';
import { formatLine, logTime, type LogLine } from './line.ts';

/** The older part of a log that was turned over. */
export const olderPart = (file: string): string => `${file}.1`;

export interface LogFile {
  /** A sink for one stream; splits it into lines. */
  sink(stream: LogLine['stream']): { write(chunk: Buffer): void; end(): void };
  /** Hears every record from now on. Returns a function that stops it. */
  subscribe(listener: (line: LogLine) => void): () => void;
  /** Resolves with the first record that is written. */
  readonly written: Promise<void>;
  /** Resolves when nothing more will be written. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Opens a container's log for appending. Writing is synchronous: what a reader sees is complete, and logs of local
 * programs are small. A full disk loses log lines, never the container.
 */
export const openLogFile = (file: string, now: () => number): LogFile => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let handle: number | undefined = openSync(file, 'a', 0o600);
  let size = statSync(file).size;
  const listeners = new Set<(line: LogLine) => void>();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { promise: written, resolve: markWritten } = Promise.withResolvers<void>();

  const turnOver = (): void => {
    if (handle === undefined) return;
    closeSync(handle);
    rmSync(olderPart(file), { force: true });
    renameSync(file, olderPart(file));
    handle = openSync(file, 'a', 0o600);
    size = 0;
  };

  /** One write for all that came at once: a program that writes nothing but line ends must not cost one for each. */
  const append = (lines: readonly LogLine[]): void => {
    if (handle === undefined || lines.length === 0) return;
    const records = Buffer.from(lines.map(formatLine).join(''));
    try {
      if (size + records.length > logLimits.fileBytes) turnOver();
      size += writeSync(handle, records);
    } catch {
      // Disk full or folder gone: the lines are lost, as they would be on a node.
    }
    markWritten();
    for (const listener of listeners) for (const line of lines) listener(line);
  };

  const sink: LogFile['sink'] = (stream) => {
    const decoder = new StringDecoder('utf8');
    let held = '';
    const split = (text: string): LogLine[] => {
      held += text;
      const time = logTime(now());
      const lines: LogLine[] = [];
      let from = 0;
      for (;;) {
        const end = held.indexOf('\n', from);
        if (end >= 0 && end - from <= logLimits.lineBytes) {
          lines.push({ time, stream, partial: false, text: held.slice(from, end) });
          from = end + 1;
        } else if (held.length - from > logLimits.lineBytes) {
          lines.push({ time, stream, partial: true, text: held.slice(from, from + logLimits.lineBytes) });
          from += logLimits.lineBytes;
        } else break;
      }
      held = held.slice(from);
      return lines;
    };
    return {
      write: (chunk) => append(split(decoder.write(chunk))),
      end() {
        append(split(decoder.end()));
        if (held !== '') append([{ time: logTime(now()), stream, partial: false, text: held }]);
        held = '';
      },
    };
  };

  return {
    sink,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    written,
    closed,
    close() {
      if (handle === undefined) return;
      closeSync(handle);
      handle = undefined;
      resolve();
    },
  };
};

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { olderPart } from './file.ts';
import { parseLine, type LogLine } from './line.ts';

export interface LogQuery {
  readonly tailLines?: number;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
};

/** A record as the client gets it; a part of a line has no line end. */
export const renderLine = (line: LogLine, timestamps: boolean): string =>
  `${timestamps ? `${line.time} ` : ''}${line.text}${line.partial ? '' : '\n'}`;

/** Joins the parts of long lines, so that tails count lines and not parts. */
const wholeLines = (records: readonly LogLine[]): LogLine[] => {
  const lines: LogLine[] = [];
  const open = new Map<string, LogLine>();
  for (const record of records) {
    const before = open.get(record.stream);
    const joined = before === undefined ? record : { ...record, time: before.time, text: before.text + record.text };
    if (record.partial) open.set(record.stream, joined);
    else {
      open.delete(record.stream);
      lines.push(joined);
    }
  }
  return [...lines, ...open.values()];
};

const cut = (text: string, limit: number | undefined): string => {
  if (limit === undefined) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? text : bytes.subarray(0, limit).toString('utf8');
};

const select = (text: string, query: LogQuery): string => {
  const records = text.split('\n').flatMap((record) => parseLine(record) ?? []);
  const { since, tailLines } = query;
  const recent = wholeLines(records).filter((line) => since === undefined || Date.parse(line.time) >= since);
  const tail = tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
  return cut(tail.map((line) => renderLine(line, query.timestamps === true)).join(''), query.limitBytes);
};

/** What a log holds now, its older part first. A log that does not exist is empty. */
export const readLog = async (file: string, query: LogQuery): Promise<string> => {
  const [older, newer] = await Promise.all([readText(olderPart(file)), readText(file)]);
  return select(older + newer, query);
};

const readTextNow = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The same at once, for readers that go on with what comes: nothing is written between this and their next step. */
export const readLogNow = (file: string, query: LogQuery): string => select(readTextNow(olderPart(file)) + readTextNow(file), query);

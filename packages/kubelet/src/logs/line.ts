/** One record of a log file: `TIME STREAM F|P TEXT`, as container runtimes write them; P is a part of a longer line. */
export interface LogLine {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly partial: boolean;
  readonly text: string;
}

/** RFC 3339 with nanoseconds: the platform's clock gives milliseconds. */
export const logTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, -1)}000000Z`;

export const formatLine = ({ time, stream, partial, text }: LogLine): string => `${time} ${stream} ${partial ? 'P' : 'F'} ${text}\n`;

export const parseLine = (record: string): LogLine | undefined => {
  const [, time, stream, tag, text] = /^(\S+) (stdout|stderr) ([FP]) ([^]*)$/u.exec(record) ?? [];
  if (time === undefined || text === undefined) return undefined;
  return { time, stream: stream === 'stderr' ? 'stderr' : 'stdout', partial: tag === 'P', text };
};

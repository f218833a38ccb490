import { memberPath, stepInto } from '../schema/place.ts';

/** One object or array of the text that is being read. */
interface Frame {
  readonly names: Map<string, boolean> | undefined;
  readonly path: string;
  index: number;
  member: string;
}

const mostFound = 100;

/** Where the value that comes next stands. */
const pathIn = (frame: Frame | undefined): string => {
  if (frame === undefined) return '';
  return frame.names === undefined ? stepInto(frame.path, `[${String(frame.index)}]`) : memberPath(frame.path, frame.member);
};

/**
 * Paths of members that stand twice in their object, each once, in the spelling of strict decoding. The text must be JSON: the caller has parsed it.
 */
export const duplicateMembers = (json: string): readonly string[] => {
  const found: string[] = [];
  const open: Frame[] = [];
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gu;
  let expectsName = false;
  for (let match = token.exec(json); match !== null; match = token.exec(json)) {
    const [text] = match;
    const frame = open.at(-1);
    switch (text) {
      case '{':
        open.push({ names: new Map(), path: pathIn(frame), index: 0, member: '' });
        expectsName = true;
        break;
      case '[':
        open.push({ names: undefined, path: pathIn(frame), index: 0, member: '' });
        expectsName = false;
        break;
      case '}':
      case ']':
        open.pop();
        expectsName = false;
        break;
      case ',':
        if (frame?.names === undefined) {
          if (frame !== undefined) frame.index += 1;
        } else expectsName = true;
        break;
      case ':':
        expectsName = false;
        break;
      default: {
        if (!expectsName || frame?.names === undefined) break;
        const name = JSON.parse(text) as string;
        const told = frame.names.get(name);
        if (told === false && found.length < mostFound) found.push(memberPath(frame.path, name));
        frame.names.set(name, told !== undefined);
        frame.member = name;
        expectsName = false;
      }
    }
  }
  return found;
};

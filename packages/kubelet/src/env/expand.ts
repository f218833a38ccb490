import { ConfigError } from './sources.ts';

const reference = /\$(\$|\(([^()]*)\))/gu;

/** Bytes that arguments and variables may add up to, and each of them; what Linux takes, so that nothing larger could be started. */
const expansionLimits = { total: 2 * 1024 * 1024, each: 128 * 1024 } as const;

/** Counts what a container's texts come to; throws ConfigError beyond the limit. References to references grow without one. */
export const createSizeCount = (what: string): ((text: string) => string) => {
  let left: number = expansionLimits.total;
  return (text) => {
    left -= Buffer.byteLength(text);
    if (left < 0) throw new ConfigError(`the ${what} of the container exceed ${String(expansionLimits.total)} bytes`);
    return text;
  };
};

/**
 * Expands `$(NAME)`; `$$(NAME)` stands for `$(NAME)` itself, and names that are not defined stay as they are. Throws
 * ConfigError for what becomes too large. Source:
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export const expand = (text: string, defined: ReadonlyMap<string, string>): string => {
  let grown = text.length;
  return text.replaceAll(reference, (whole: string, kind: string, name: string | undefined) => {
    const value = kind === '$' ? '$' : (defined.get(name ?? '') ?? whole);
    grown += Math.max(0, value.length - whole.length);
    if (value.length > whole.length && grown > expansionLimits.each)
      throw new ConfigError(`a text with references expands to more than ${String(expansionLimits.each)} bytes`);
    return value;
  });
};

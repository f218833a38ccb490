import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@podpass/kernel';
import { logLevels, type LogLevel } from '@podpass/telemetry';
import { StartFailure } from './failure.ts';

export interface StartOptions {
  readonly data: string;
  /** Port of the CONNECT proxy; 0 lets the system choose. */
  readonly port: number;
  /** What happens to hosts that are not Azure's: refused (the default), or tunnelled to the real network. */
  readonly outbound: 'refuse' | 'tunnel';
  /** `relaxed` acknowledges writes before they are on disk; for throw-away runs only. */
  readonly durability: 'full' | 'relaxed';
  readonly logLevel: LogLevel;
  /** How programs of pods run: in namespaces of their own where the machine can do that (`auto`), or as ordinary processes. */
  readonly runtime: 'auto' | 'namespace' | 'process';
  /** How often the metadata service of a node may be asked: as on Azure, or as often as one likes. */
  readonly metadataLimits: 'azure' | 'none';
}

const usage =
  'Usage: main.ts --data DIR [--port N] [--outbound refuse|tunnel] [--durability full|relaxed] [--log-level LEVEL] [--runtime auto|namespace|process] [--metadata-limits azure|none]';

const oneOf = <const T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new StartFailure('usage', `--${name} must be one of ${allowed.join(', ')}, not "${value}".`, { hint: usage });
  return found;
};

/** Reads the server's command line. Throws StartFailure `usage`. */
export const parseOptions = (argv: readonly string[]): StartOptions => {
  const values = (() => {
    try {
      return parseArgs({
        args: [...argv],
        options: {
          data: { type: 'string' },
          port: { type: 'string', default: '0' },
          outbound: { type: 'string', default: 'refuse' },
          durability: { type: 'string', default: 'full' },
          'log-level': { type: 'string', default: 'info' },
          runtime: { type: 'string', default: 'auto' },
          'metadata-limits': { type: 'string', default: 'azure' },
          foreground: { type: 'boolean', default: false },
        },
      }).values;
    } catch (cause) {
      throw new StartFailure('usage', messageOf(cause), { hint: usage, cause });
    }
  })();
  if (values.data === undefined || values.data === '') throw new StartFailure('usage', 'The data folder is missing.', { hint: usage });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new StartFailure('usage', `--port must be a number from 0 to 65535, not "${values.port}".`, { hint: usage });
  return {
    data: path.resolve(values.data),
    port: Number(values.port),
    outbound: oneOf('outbound', values.outbound, ['refuse', 'tunnel']),
    durability: oneOf('durability', values.durability, ['full', 'relaxed']),
    logLevel: oneOf('log-level', values['log-level'], logLevels),
    runtime: oneOf('runtime', values.runtime, ['auto', 'namespace', 'process']),
    metadataLimits: oneOf('metadata-limits', values['metadata-limits'], ['azure', 'none']),
  };
};

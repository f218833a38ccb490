import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StartFailure } from './failure.ts';
import { parseOptions } from './options.ts';

const failureOf = (argv: readonly string[]): StartFailure => {
  try {
    parseOptions(argv);
  } catch (thrown) {
    if (thrown instanceof StartFailure) return thrown;
    throw thrown;
  }
  throw new Error(`${argv.join(' ')} was taken`);
};

describe('command lines that are refused', () => {
  it.each([
    ['no data folder', [], 'The data folder is missing.'],
    ['an empty data folder', ['--data', ''], 'The data folder is missing.'],
    ['a data folder without a value', ['--data'], '--data'],
    ['an unknown option', ['--data', 'd', '--verbose'], '--verbose'],
    ['a stray argument', ['--data', 'd', 'more'], 'more'],
    ['a value for a switch', ['--data', 'd', '--foreground=yes'], '--foreground'],
    ['a port that is no number', ['--data', 'd', '--port', 'http'], '--port must be a number from 0 to 65535, not "http".'],
    ['an empty port', ['--data', 'd', '--port='], '--port must be a number'],
    ['a negative port', ['--data', 'd', '--port=-1'], '--port must be a number'],
    ['a fraction', ['--data', 'd', '--port', '1.5'], '--port must be a number'],
    ['a port in hexadecimal', ['--data', 'd', '--port', '0x50'], '--port must be a number'],
    ['a port that is too large', ['--data', 'd', '--port', '65536'], '--port must be a number'],
    ['another outbound rule', ['--data', 'd', '--outbound', 'Tunnel'], '--outbound must be one of refuse, tunnel, not "Tunnel".'],
    ['another durability', ['--data', 'd', '--durability', 'none'], '--durability must be one of full, relaxed'],
    ['another runtime', ['--data', 'd', '--runtime', 'docker'], '--runtime must be one of auto, namespace, process'],
    ['other limits', ['--data', 'd', '--metadata-limits', '5'], '--metadata-limits must be one of azure, none'],
    ['another log level', ['--data', 'd', '--log-level', 'loud'], '--log-level must be one of'],
  ])('%s', (_what, argv, message) => {
    const failure = failureOf(argv);
    expect(failure.code).toBe('usage');
    expect(failure.message).toContain(message);
    expect(failure.hint).toMatch(/^Usage: /);
  });
});

describe('command lines that are taken', () => {
  it('with what is safe by default', () => {
    expect(parseOptions(['--data', 'd'])).toEqual({
      data: path.resolve('d'),
      port: 0,
      outbound: 'refuse',
      durability: 'full',
      logLevel: 'info',
      runtime: 'auto',
      metadataLimits: 'azure',
    });
  });

  it('with everything given', () => {
    const argv = [
      '--data=/x/../y',
      '--port=65535',
      '--outbound=tunnel',
      '--durability=relaxed',
      '--log-level=debug',
      '--foreground',
      '--runtime=process',
      '--metadata-limits=none',
    ];
    expect(parseOptions(argv)).toEqual({
      data: path.resolve('/y'),
      port: 65_535,
      outbound: 'tunnel',
      durability: 'relaxed',
      logLevel: 'debug',
      runtime: 'process',
      metadataLimits: 'none',
    });
  });
});

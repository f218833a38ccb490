import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGet } from './request.ts';
import { runRound } from './round.ts';
import { readSettings } from './settings.ts';

/** Longer than NMI's wait for an assignment. */
const timeout = 120_000;

const log = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

process.once('SIGTERM', () => process.exit(0));

const settings = readSettings(process.argv.slice(2), process.env);
if (typeof settings === 'string') {
  process.stderr.write(`${settings}\n`);
  process.exitCode = 2;
} else {
  const { namespace, name, ip } = settings.pod;
  log(`starting identity validator pod ${namespace}/${name} ${ip}`);
  const get = createGet({ agent: new Agent({ proxyEnv: process.env, keepAlive: true }), timeout });
  for (;;) {
    await runRound({ settings, get, log });
    await sleep(settings.period);
  }
}

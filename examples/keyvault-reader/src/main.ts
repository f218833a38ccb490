import { setTimeout as sleep } from 'node:timers/promises';
import { formatLogLine } from './klog.ts';
import { createSecretReader } from './read-secret.ts';
import { readSettings } from './settings.ts';

const period = 60_000;

const log = (severity: 'I' | 'E', place: string, message: string, values: Readonly<Record<string, string>>): void => {
  process.stderr.write(`${formatLogLine({ severity, at: new Date(), place, message, values })}\n`);
};

const fail = (place: string, message: string, values: Readonly<Record<string, string>>): never => {
  log('E', place, message, values);
  process.exit(1);
};

process.once('SIGTERM', () => process.exit(0));

const settings = readSettings(process.env);
if (typeof settings === 'string') fail('main.go:33', settings, {});
else {
  const { vaultUrl, secretName } = settings;
  try {
    const readSecret = await createSecretReader(settings, process.env);
    for (;;) {
      log('I', 'main.go:63', 'successfully got secret', { secret: await readSecret() });
      await sleep(period);
    }
  } catch (thrown) {
    fail('main.go:59', 'failed to get secret', {
      err: thrown instanceof Error ? thrown.message : String(thrown),
      keyvault: vaultUrl,
      secretName,
    });
  }
}

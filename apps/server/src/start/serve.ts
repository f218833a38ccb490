import { isKernelError, randomHex, systemCode } from '@podpass/kernel';
import { clockRoutes } from '../control/clock.ts';
import { createControl } from '../control/control.ts';
import { imageRoutes } from '../control/images.ts';
import { issuerRoutes } from '../control/issuers.ts';
import { keyRoutes } from '../control/keys.ts';
import { propagationRoutes } from '../control/propagation.ts';
import { statusRoutes } from '../control/status.ts';
import { tenantRoutes } from '../control/tenants.ts';
import { openDataFolder } from '../data/folder.ts';
import { takeLock } from '../data/lock.ts';
import { loadMasterKey } from '../data/master-key.ts';
import { removeRunFile, writeRunFile } from '../data/run-file.ts';
import { startPlatform } from '../platform.ts';
import { loadAdmin } from '../seed/admin.ts';
import { closer } from './closer.ts';
import { StartFailure } from './failure.ts';
import type { StartOptions } from './options.ts';

export interface Running {
  readonly endpoints: { readonly pid: number; readonly proxy: string; readonly control: string; readonly https: number };
  /** Settles when everything is closed. Safe to call more than once. */
  stop(): Promise<void>;
}

/** Turns what the parts throw while they open into one clear sentence. */
const explain = (thrown: unknown, options: StartOptions): unknown => {
  if (systemCode(thrown) === 'EADDRINUSE')
    return new StartFailure('port-in-use', `Port ${options.port} on 127.0.0.1 is taken by another program.`, {
      hint: 'Name another one with --port, or leave it out to get a free one.',
      cause: thrown,
    });
  if (systemCode(thrown) === 'EACCES' && options.port > 0 && options.port < 1024)
    return new StartFailure('port-in-use', `Port ${options.port} may only be opened by the system's administrator.`, {
      hint: 'Name a port above 1023 with --port.',
      cause: thrown,
    });
  if (isKernelError(thrown, 'corrupt'))
    return new StartFailure('data-corrupt', thrown.message, {
      hint: 'Restore the data folder from a backup, or `podpass reset` to start anew.',
      cause: thrown,
    });
  if (isKernelError(thrown, 'unavailable'))
    return new StartFailure('data-unwritable', thrown.message, {
      hint: 'Name another folder with --data, or mend its permissions.',
      cause: thrown,
    });
  return thrown;
};

/** Starts the platform on its data folder, then the control interface, and stops both on SIGINT, SIGTERM or `POST /shutdown`. Throws StartFailure. */
export const serve = async (options: StartOptions): Promise<Running> => {
  const startedAt = new Date();
  const closing = closer();
  const folder = await openDataFolder(options.data);
  const unlock = await takeLock(folder);
  closing.add({ close: unlock });
  try {
    const masterKey = await loadMasterKey(folder, process.env['PODPASS_MASTER_KEY']);
    const { admin } = await loadAdmin(folder);
    const platform = closing.add(await startPlatform({ options, folder, masterKey, admin }));
    const token = randomHex(24);
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopping ??= closing.close());
    const leave = (asked: string): void => {
      platform.telemetry.log.info({ asked }, 'stopping');
      void stop().then(() => process.exit(0));
    };
    const control = createControl({
      token,
      log: platform.telemetry.log,
      exposition: () => platform.telemetry.metrics.exposition(),
      routes: [
        ...statusRoutes({ platform, startedAt, leave: () => leave('POST /shutdown') }),
        ...imageRoutes(platform.images),
        ...clockRoutes(platform.clock),
        ...tenantRoutes(platform.tenants),
        ...keyRoutes(platform.keys),
        ...issuerRoutes(platform.issuers),
        ...propagationRoutes(platform.propagation),
      ],
    });
    const controlPort = await closing.add(control).listen();
    const endpoints = { pid: process.pid, proxy: platform.proxyUrl, control: `http://127.0.0.1:${controlPort}`, https: platform.https };
    closing.add({ close: () => removeRunFile(folder) });
    await writeRunFile(folder, { ...endpoints, startedAt: startedAt.toISOString(), controlToken: token });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave(signal));
    platform.telemetry.log.info({ ...endpoints }, 'ready');
    return { endpoints, stop };
  } catch (thrown) {
    await closing.close();
    throw explain(thrown, options);
  }
};

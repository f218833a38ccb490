import { join } from 'node:path';
import { messageOf } from '@podpass/kernel';
import type { ContainerState, Terminated } from '../api/types.ts';
import { ConfigError } from '../env/sources.ts';
import { openLogFile, type LogFile } from '../logs/file.ts';
import { runProbes } from '../probes/prober.ts';
import { simulatedRuntime, skippedRuntime } from '../runtime/simulated.ts';
import type { Exit, RunningContainer } from '../runtime/types.ts';
import { pause, timestamp, waitUntil } from '../time.ts';
import { podFolders, restart } from '../wire.ts';
import { createRestartBackoff, restarts, waitText } from './backoff.ts';
import type { PodContext } from './context.ts';
import { planRun, type RunPlan } from './run-plan.ts';
import type { ContainerRecord } from './status.ts';

export interface ContainerWorker {
  /** Runs the container, again and again as the policy asks, until it is over or the pod ends. Never rejects. */
  run(): Promise<void>;
  /** Resolves when the container started for the first time; for sidecars, which let the others begin. */
  readonly begun: Promise<void>;
  /** Ends the running process. */
  stop(graceMs: number): Promise<void>;
  /** The log of the present run, when it is being written. */
  readonly log: LogFile | undefined;
}

/** The log of one run of a container. */
export const logPath = (podFolder: string, container: string, run: number): string =>
  join(podFolder, podFolders.logs, container, `${String(run)}.log`);

const notInside = { exitCode: 126, output: 'no command can be run in this container' } as const;

interface Run {
  readonly plan: RunPlan | undefined;
  readonly image: string;
}

export const createContainerWorker = (context: PodContext, record: ContainerRecord): ContainerWorker => {
  const { pod, clock, signal, podFolder, changed } = context;
  const { container, sidecar } = record;
  const { name, image } = container;
  const policy = sidecar ? 'Always' : record.init && context.restartPolicy === 'Always' ? 'OnFailure' : context.restartPolicy;
  /** Without a program, an init container cannot run as a pause: nothing after it would ever begin. */
  const passes = record.init && !sidecar;
  const backoff = createRestartBackoff();
  const { promise: begun, resolve: markBegun } = Promise.withResolvers<void>();
  let running: RunningContainer | undefined;
  let log: LogFile | undefined;

  const event = (reason: string, message: string, type: 'normal' | 'warning' = 'normal') =>
    context.events.pod(pod, { type, reason, message, container: name });
  const become = (state: ContainerState, more: Partial<ContainerRecord> = {}): void => {
    Object.assign(record, { state, ...more });
    changed();
  };

  const onUnlimited = (limits: readonly string[]) =>
    event(
      'LimitsNotEnforced',
      `This machine has no control group for ${limits.join(', ')}: limits of container "${name}" are not enforced`,
      'warning',
    );

  /** The plan, made again and again while a source is missing; undefined when the pod ended first. */
  const prepare = async (): Promise<Run | undefined> => {
    while (!signal.aborted) {
      const program = context.images.find(image);
      if (program === undefined) return { plan: undefined, image };
      try {
        return { image, plan: await planRun({ context, container, program, onUnlimited }) };
      } catch (thrown) {
        if (signal.aborted) return undefined;
        const reason = thrown instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError';
        event('Failed', `Error: ${messageOf(thrown)}`, 'warning');
        become({ waiting: { reason, message: messageOf(thrown) } });
        await pause(restart.first, signal);
      }
    }
    return undefined;
  };

  const announce = ({ plan }: Run): void => {
    for (const { reason, message } of plan?.warnings ?? []) event(reason, message, 'warning');
    event('Pulled', `Container image "${image}" already present on machine`);
    event('Created', `Created container: ${name}`);
    if (plan === undefined) {
      const message = `Image "${image}" is not in the image catalogue: ${passes ? `init container "${name}" is passed over` : `container "${name}" runs as a pause`} and executes nothing`;
      event('Simulated', message, 'warning');
      log?.sink('stderr').write(Buffer.from(`${message}\n`));
    } else if (plan.launch.translated.length > 0) {
      event(
        'MountPathsTranslated',
        `The process runtime has no mount namespace: ${plan.launch.translated.join(', ')} point to the pod's folder on the host`,
      );
    }
  };

  const probe = (plan: RunPlan | undefined, over: AbortSignal): void => {
    if (plan === undefined || passes) {
      become(record.state, { ready: !record.init || sidecar, started: true });
      markBegun();
      return;
    }
    const mounts = context.volumes.tableFor(container);
    const reports = {
      onStarted() {
        become(record.state, { started: true });
        markBegun();
      },
      onReady(ready: boolean) {
        if (ready !== record.ready) become(record.state, { ready });
      },
      onUnhealthy: (kind: string, message: string) => event('Unhealthy', `${kind} probe failed: ${message}`, 'warning'),
      onDead(kind: string) {
        event('Killing', `Container ${name} failed ${kind.toLowerCase()} probe, will be restarted`);
        running?.stop(context.graceMs).catch(() => undefined);
      },
    };
    const argument = (text: string) => context.translate(text, mounts);
    const inside = context.runtime === undefined ? undefined : context.attached();
    const { env, cwd } = plan.launch;
    // Only a process of the machine is probed by a process of the machine: a command of the pod must not leave its namespaces.
    const bare = plan.runtime.name === 'process';
    const exec = bare ? undefined : (number: number, timeout: number) => running?.exec?.(number, timeout) ?? Promise.resolve(notInside);
    const part = plan.runtime.name === 'component';
    const answers = part ? (port: number, path: string) => running?.probe?.(port, path) : undefined;
    runProbes({ container, env, cwd, argument, network: inside, exec, answers, address: context.attached()?.ip }, reports, over).catch(
      () => undefined,
    );
  };

  /** One run from start to end. */
  const runOnce = async (run: Run): Promise<{ exit: Exit; startedAt: number }> => {
    log = openLogFile(logPath(podFolder, name, record.restartCount), () => clock.now());
    context.dropLogs(name, record.restartCount - 2);
    const runtime = run.plan !== undefined ? run.plan.runtime : passes ? skippedRuntime : simulatedRuntime;
    announce(run);
    const startedAt = clock.now();
    const plan = run.plan?.launch ?? { argv: [], env: {}, cwd: podFolder, startsWithin: 0 };
    const containerID = `${runtime.name}://${pod.metadata.uid}-${name}-${String(record.restartCount)}`;
    const { argv, env, cwd } = plan;
    const onProcess = (pid: number) => context.network?.owns(pod.metadata.uid, pid);
    running = runtime.start({ argv, env, cwd, log, podFolder, container: name, onProcess });
    if (signal.aborted) running.stop(0).catch(() => undefined);
    const over = new AbortController();
    const settled = new AbortController();
    await Promise.race([log.written, running.exited, pause(plan.startsWithin, AbortSignal.any([settled.signal, signal]))]);
    settled.abort();
    event('Started', `Started container ${name}`);
    become({ running: { startedAt: timestamp(startedAt) } }, { containerID, imageID: `${runtime.name}://${image}` });
    probe(run.plan, AbortSignal.any([over.signal, signal]));
    const exit = await running.exited;
    over.abort();
    running = undefined;
    return { exit, startedAt };
  };

  const terminated = ({ exit, startedAt }: { exit: Exit; startedAt: number }): Terminated => ({
    exitCode: exit.exitCode,
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    reason: exit.reason,
    ...(exit.message === undefined ? {} : { message: exit.message }),
    startedAt: timestamp(startedAt),
    finishedAt: timestamp(clock.now()),
    ...(record.containerID === undefined ? {} : { containerID: record.containerID }),
  });

  const waitForRestart = async (last: Terminated, wait: number): Promise<void> => {
    if (wait === 0) return;
    const text = `back-off ${waitText(wait)} restarting failed container=${name} pod=${pod.metadata.name}_${context.namespace}(${pod.metadata.uid})`;
    event(
      'BackOff',
      `Back-off restarting failed container ${name} in pod ${pod.metadata.name}_${context.namespace}(${pod.metadata.uid})`,
      'warning',
    );
    become({ waiting: { reason: 'CrashLoopBackOff', message: text } }, { lastState: { terminated: last } });
    await waitUntil(clock, clock.now() + wait, signal);
  };

  return {
    begun,
    async run() {
      while (!signal.aborted) {
        const plan = await prepare();
        if (plan === undefined) break;
        const ended = await runOnce(plan);
        const last = terminated(ended);
        become({ terminated: last }, { ready: passes && last.exitCode === 0, started: false });
        if (signal.aborted || !restarts(policy, last.exitCode)) break;
        await waitForRestart(last, backoff.next(ended.startedAt, clock.now()));
        if (signal.aborted) break;
        record.restartCount += 1;
        record.lastState = { terminated: last };
      }
      markBegun();
    },
    async stop(graceMs) {
      await running?.stop(graceMs);
    },
    get log() {
      return log;
    },
  };
};

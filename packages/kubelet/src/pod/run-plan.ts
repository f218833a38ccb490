import { join } from 'node:path';
import type { Container } from '../api/types.ts';
import type { Program } from '../types.ts';
import { componentRuntime } from '../runtime/component.ts';
import { planIsolation } from '../runtime/namespace/plan.ts';
import { availableCapabilities, unenforced } from '../runtime/namespace/security.ts';
import { processRuntime } from '../runtime/process.ts';
import type { Runtime } from '../runtime/types.ts';
import { podFolders } from '../wire.ts';
import type { PodContext } from './context.ts';
import { planLaunch, type LaunchPlan } from './launch.ts';

/** How a container of the catalogue is run. */
export interface RunPlan {
  readonly launch: LaunchPlan;
  readonly runtime: Runtime;
  /** What the runtime cannot keep of what was asked; for events. */
  readonly warnings: readonly { readonly reason: string; readonly message: string }[];
}

export interface RunPlanOptions {
  readonly context: PodContext;
  readonly container: Container;
  readonly program: Program;
  /** Hears of limits that the machine cannot enforce, when the container starts. */
  readonly onUnlimited: (limits: readonly string[]) => void;
}

/**
 * Decides which runtime runs a container, and plans what that needs: a part of the platform in this process, a program
 * in namespaces where the node has them, and as a process of the machine otherwise. Throws ConfigError for a source
 * that is not there, and Error for what the runtime refuses.
 */
export const planRun = async ({ context, container, program, onUnlimited }: RunPlanOptions): Promise<RunPlan> => {
  const { pod, volumes, runtime } = context;
  const mounts = volumes.tableFor(container);
  const network = context.attached();
  const real = program.component !== undefined || (runtime !== undefined && network !== undefined);
  const launch = await planLaunch({ ...context, container, program, mounts, network, real });
  if (program.component !== undefined) {
    const { uid, name } = pod.metadata;
    const replaced = container.command !== undefined && container.command.length > 0;
    return {
      launch,
      warnings: [],
      runtime: componentRuntime({
        component: program.component,
        args: launch.args,
        pod: { uid, namespace: context.namespace, name, nodeName: pod.spec.nodeName ?? '' },
        mounts,
        volumes: join(context.podFolder, podFolders.volumes),
        refusal: replaced ? `image "${container.image}" is a part of the platform, whose command a pod cannot replace` : undefined,
      }),
    };
  }
  if (runtime === undefined || network === undefined) return { launch, warnings: [], runtime: processRuntime };
  const isolation = planIsolation({
    pod,
    container,
    network,
    env: new Map(Object.entries(launch.env)),
    folderOf: volumes.folderOf,
    shared: runtime.shared,
    rootless: runtime.rootless,
    available: availableCapabilities(),
  });
  const message = unenforced(pod, container);
  return {
    launch,
    warnings: message === undefined ? [] : [{ reason: 'SecurityContextNotEnforced', message }],
    runtime: runtime.forContainer(isolation, onUnlimited),
  };
};

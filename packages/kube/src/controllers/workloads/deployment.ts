import { isTerminating } from './client.ts';
import { isDeleting, namespaceOf, number, specOf, uidOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Controller } from '../types.ts';
import { createWorker } from '../worker.ts';
import { claim } from './claim.ts';
import { controllerOf, createSelectorIndex, keyOf } from './owned.ts';
import { createOwnerQueue } from './owner-queue.ts';
import { partsOf, rows, type WorkloadDeps } from './parts.ts';
import { hasEnded } from './pods.ts';
import { activeOf, desiredOf, isRecreate, revisionOf, split } from './rollout-sets.ts';
import { expired, freshSize, isResized, oldSizes, resized, type Size } from './rollout-sizes.ts';
import { deploymentStatus, isRolledOut, recheckAfter } from './rollout-status.ts';
import { notePause, resize, setStatus, withFresh, type RolloutState } from './rollout-writes.ts';

const concurrency = 5;
/** `revisionHistoryLimit` that keeps everything. */
const unlimited = 2_147_483_647;

/**
 * Rolls deployments out: a replica set for each template, sized step by step.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export const deploymentController = (deps: WorkloadDeps): Controller => {
  const { registry, clock, log } = deps;
  const parts = partsOf(deps, 'deployment-controller', 'deployment-controller');
  const selectors = createSelectorIndex(registry.mirror, rows.deployments);

  const publish = async (state: RolloutState, quiet: boolean): Promise<void> => {
    const written = await setStatus(parts, state.deployment, deploymentStatus({ ...state, now: clock.now() }, quiet));
    const recheck = recheckAfter(written, clock.now());
    if (recheck !== undefined && !quiet) worker.addAfter(keyOf(written), recheck);
  };

  /** Carries sizes out; the state with what was written. */
  const sized = async (state: RolloutState, sizes: readonly Size[]): Promise<RolloutState> => {
    const written = new Map<string, KubeObject>();
    for (const size of sizes) written.set(uidOf(size[0]), await resize(parts, state.deployment, size));
    const latest = (set: KubeObject) => written.get(uidOf(set)) ?? set;
    return { ...state, fresh: state.fresh === undefined ? undefined : latest(state.fresh), old: state.old.map(latest) };
  };

  const cleanUp = async ({ deployment, old }: RolloutState): Promise<void> => {
    const limit = number(specOf(deployment)['revisionHistoryLimit']) ?? unlimited;
    if (limit === unlimited) return;
    for (const set of expired(old, limit, revisionOf)) await parts.client.remove(rows.replicaSets, set);
  };

  const rolling = async (start: RolloutState): Promise<void> => {
    const state = await withFresh(parts, start, freshSize(start.deployment, start.old, 0));
    const { deployment, fresh, old } = state;
    if (fresh !== undefined) {
      const size = freshSize(deployment, [...old, fresh], desiredOf(fresh));
      if (size !== desiredOf(fresh)) return publish(await sized(state, [[fresh, size]]), false);
    }
    const sizes = oldSizes(state);
    if (sizes.length > 0) return publish(await sized(state, sizes), false);
    if (isRolledOut(deployment)) await cleanUp(state);
    await publish(state, false);
  };

  const recreate = async (start: RolloutState): Promise<void> => {
    const active = activeOf(start.old);
    if (active.length > 0)
      return publish(
        await sized(
          start,
          active.map((set) => [set, 0]),
        ),
        false,
      );
    const running = start.old.some((set) => deps.pods.ownedBy(set).some((pod) => !hasEnded(pod)));
    if (running) return publish(start, false);
    const desired = desiredOf(start.deployment);
    const state = await withFresh(parts, start, desired);
    const { deployment, fresh } = state;
    if (fresh !== undefined && desiredOf(fresh) !== desired) return publish(await sized(state, [[fresh, desired]]), false);
    if (isRolledOut(deployment)) await cleanUp(state);
    await publish(state, false);
  };

  const reconcile = async (found: KubeObject): Promise<void> => {
    const sets = await claim(
      { registry, client: parts.client, index: deps.replicaSets },
      { owner: rows.deployments, owned: rows.replicaSets },
      found,
    );
    if (isDeleting(found)) return publish({ deployment: found, ...split(found, sets) }, true);
    const deployment = await notePause(parts, found);
    const state = { deployment, ...split(deployment, sets) };
    const paused = specOf(deployment)['paused'] === true;
    if (paused || isResized(state)) {
      const known = await withFresh(parts, state, undefined);
      const next = await sized(known, resized(known, !isRecreate(deployment)));
      if (paused) await cleanUp(next);
      return publish(next, true);
    }
    await (isRecreate(deployment) ? recreate(state) : rolling(state));
  };

  const worker = createWorker({
    name: 'deployment',
    log,
    concurrency,
    async handle(key) {
      const [namespace = '', name = ''] = key.split('/');
      const deployment = registry.get(rows.deployments, namespace, name);
      if (deployment === undefined) return;
      try {
        await reconcile(deployment);
      } catch (thrown) {
        if (!isTerminating(thrown)) throw thrown;
      }
    },
  });

  const owners = createOwnerQueue({ mirror: registry.mirror, row: rows.deployments, selectors, worker });
  /** Recreate waits for the last old pod. */
  const podEnded = (pod: KubeObject) => {
    const owner = controllerOf(pod);
    if (owner?.kind !== rows.replicaSets.kind) return;
    const set = registry.get(rows.replicaSets, namespaceOf(pod), owner.name);
    if (set !== undefined) owners.add(set);
  };
  const stop = registry.mirror.subscribe((event) => {
    const { row, object, previous } = event;
    if (row === rows.deployments && event.type !== 'DELETED') worker.add(keyOf(object));
    if (row === rows.replicaSets) owners.changed(object, previous);
    if (row === rows.pods && (event.type === 'DELETED' || (hasEnded(object) && previous !== undefined && !hasEnded(previous))))
      podEnded(object);
  });
  const stopClock = clock.onChange(owners.everything);
  owners.everything();
  return {
    close() {
      stop();
      stopClock();
      selectors.close();
      worker.close();
    },
  };
};

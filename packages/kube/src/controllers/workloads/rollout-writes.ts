import { StatusError } from '../../errors.ts';
import { nameOf, namespaceOf, number, specOf, statusOf, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { isTerminating } from './client.ts';
import { conditionOf } from './conditions.ts';
import { rows, type Parts } from './parts.ts';
import { desiredOf, handedDown, isOwnSet, newReplicaSet, nextRevision, revisionAnnotation, sizeAnnotations } from './rollout-sets.ts';
import type { Size } from './rollout-sizes.ts';
import { withNote } from './rollout-status.ts';
import { templateHash } from './template.ts';

/** A deployment with its replica sets, as they were last written. */
export interface RolloutState {
  readonly deployment: KubeObject;
  readonly fresh: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

export const setStatus = (parts: Parts, deployment: KubeObject, status: Fields): Promise<KubeObject> =>
  parts.client.updateStatus(rows.deployments, deployment, status);

const withAnnotations = (object: KubeObject, annotations: Record<string, string>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

/** Gives a replica set its next size, with what proportional scaling wants to know later, and says so. */
export const resize = async (parts: Parts, deployment: KubeObject, [set, replicas]: Size): Promise<KubeObject> => {
  const before = desiredOf(set);
  const sized = withAnnotations(set, sizeAnnotations(deployment));
  const written = await parts.client.update(rows.replicaSets, set, { ...sized, spec: { ...specOf(set), replicas } });
  if (before !== replicas) {
    const direction = replicas > before ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${nameOf(set)} from ${before} to ${replicas}`;
    await parts.event(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
  }
  return written;
};

const create = async (parts: Parts, { deployment, old }: RolloutState, replicas: number): Promise<KubeObject> => {
  const collisions = number(statusOf(deployment)['collisionCount']) ?? 0;
  const hash = templateHash(specOf(deployment)['template'], collisions);
  const wanted = newReplicaSet(deployment, { hash, replicas, revision: nextRevision(old) });
  try {
    const created = await parts.client.create(rows.replicaSets, wanted);
    if (replicas > 0) {
      const message = `Scaled up replica set ${nameOf(created)} from 0 to ${replicas}`;
      await parts.event(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
    }
    return created;
  } catch (thrown) {
    if (thrown instanceof StatusError && thrown.reason === 'AlreadyExists') {
      const present = parts.deps.registry.get(rows.replicaSets, namespaceOf(wanted), nameOf(wanted));
      if (present !== undefined && isOwnSet(deployment, present)) return present;
      await setStatus(parts, deployment, { ...statusOf(deployment), collisionCount: collisions + 1 });
    } else if (!isTerminating(thrown)) {
      const why = thrown instanceof StatusError ? thrown.message.slice(0, 900) : 'internal error';
      const message = `Failed to create new replica set "${nameOf(wanted)}": ${why}`;
      await parts.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
      await setStatus(parts, deployment, withNote(deployment, { failed: message }, { now: parts.deps.clock.now() }));
    }
    throw thrown;
  }
};

/** Brings what a deployment hands down to its present replica set up to date. */
const refresh = (parts: Parts, { deployment, old }: RolloutState, fresh: KubeObject): Promise<KubeObject> => {
  const { minReadySeconds: _before, ...spec } = specOf(fresh);
  const minReadySeconds = number(specOf(deployment)['minReadySeconds']) ?? 0;
  const next = withAnnotations(fresh, handedDown(deployment, fresh, nextRevision(old)));
  return parts.client.update(rows.replicaSets, fresh, { ...next, spec: minReadySeconds === 0 ? spec : { ...spec, minReadySeconds } });
};

/** Gives the deployment the revision of its present replica set, and notes that it was found or made. */
const announce = async (parts: Parts, state: RolloutState, fresh: KubeObject): Promise<KubeObject> => {
  const { deployment } = state;
  const now = parts.deps.clock.now();
  const revision = fresh.metadata.annotations?.[revisionAnnotation] ?? '1';
  const marked = await parts.client.update(rows.deployments, deployment, withAnnotations(deployment, { [revisionAnnotation]: revision }));
  const known = conditionOf(statusOf(marked)['conditions'], 'Progressing');
  const note = state.fresh === undefined ? 'created' : known === undefined ? 'found' : undefined;
  return note === undefined ? marked : setStatus(parts, marked, withNote(marked, note, { set: nameOf(fresh), now }));
};

/**
 * The state with the replica set of the present template; without `size` none is made. Throws what its creation throws, after noting it
 * on the deployment.
 */
export const withFresh = async (parts: Parts, state: RolloutState, size: number | undefined): Promise<RolloutState> => {
  if (state.fresh === undefined && size === undefined) return state;
  const fresh = state.fresh === undefined ? await create(parts, state, size ?? 0) : await refresh(parts, state, state.fresh);
  return { ...state, fresh, deployment: await announce(parts, state, fresh) };
};

/** Notes that the rollout was paused or goes on. */
export const notePause = async (parts: Parts, deployment: KubeObject): Promise<KubeObject> => {
  const paused = specOf(deployment)['paused'] === true;
  const reason = text(conditionOf(statusOf(deployment)['conditions'], 'Progressing')?.['reason']);
  if (reason === 'ProgressDeadlineExceeded' || paused === (reason === 'DeploymentPaused')) return deployment;
  const options = { now: parts.deps.clock.now() };
  return setStatus(parts, deployment, withNote(deployment, paused ? 'paused' : 'resumed', options));
};

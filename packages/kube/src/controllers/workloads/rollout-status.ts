import { nameOf, number, objects, specOf, statusOf, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { conditionOf, replaceCondition, setCondition, withoutCondition, type Condition } from './conditions.ts';
import { desiredOf, margins, sumDesired, sumOf } from './rollout-sets.ts';

/** The deadline that means none. */
const never = 2_147_483_647;

export interface RolloutView {
  readonly deployment: KubeObject;
  readonly fresh: KubeObject | undefined;
  readonly old: readonly KubeObject[];
  /** Milliseconds. */
  readonly now: number;
}

const deadlineOf = (deployment: KubeObject): number | undefined => {
  const seconds = number(specOf(deployment)['progressDeadlineSeconds']);
  return seconds === undefined || seconds === never ? undefined : seconds * 1_000;
};

const progressing = (status: Condition['status'], reason: string, message: string): Condition => ({
  type: 'Progressing',
  status,
  reason,
  message,
});

const subject = ({ deployment, fresh }: RolloutView) =>
  fresh === undefined ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(fresh)}"`;

const present = (values: Readonly<Record<string, number>>): Fields =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));

/** The numbers and whether the deployment is available. */
const numbersOf = (view: RolloutView): Fields => {
  const { deployment, fresh, old, now } = view;
  const all = fresh === undefined ? old : [...old, fresh];
  const before = statusOf(deployment);
  const available = sumOf(all, 'availableReplicas');
  const enough = available >= desiredOf(deployment) - margins(deployment).unavailable;
  const condition: Condition = enough
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return {
    ...present({
      observedGeneration: deployment.metadata.generation ?? 1,
      replicas: sumOf(all, 'replicas'),
      updatedReplicas: fresh === undefined ? 0 : sumOf([fresh], 'replicas'),
      readyReplicas: sumOf(all, 'readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sumDesired(all) - available),
    }),
    terminatingReplicas: sumOf(all, 'terminatingReplicas'),
    ...(before['collisionCount'] === undefined ? {} : { collisionCount: before['collisionCount'] }),
    conditions: setCondition(before['conditions'], condition, { now, updates: true }),
  };
};

const count = (status: Fields, name: string): number => number(status[name]) ?? 0;

const isComplete = (deployment: KubeObject, status: Fields): boolean =>
  ['updatedReplicas', 'replicas', 'availableReplicas'].every((name) => count(status, name) === desiredOf(deployment)) &&
  count(status, 'observedGeneration') >= (deployment.metadata.generation ?? 1);

/** Whether nothing is left to roll out, by the stored status. */
export const isRolledOut = (deployment: KubeObject): boolean => isComplete(deployment, statusOf(deployment));

const isMoving = (before: Fields, after: Fields): boolean => {
  const oldPods = (status: Fields) => count(status, 'replicas') - count(status, 'updatedReplicas');
  return (
    ['updatedReplicas', 'readyReplicas', 'availableReplicas'].some((name) => count(after, name) > count(before, name)) ||
    oldPods(after) < oldPods(before)
  );
};

/** Milliseconds until the rollout counts as stuck; undefined when it does not wait for anything. */
const untilDeadline = (deployment: KubeObject, conditions: unknown, now: number): number | undefined => {
  const deadline = deadlineOf(deployment);
  const condition = conditionOf(conditions, 'Progressing');
  if (deadline === undefined || condition === undefined) return undefined;
  const reason = text(condition['reason']);
  if (['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'].includes(reason)) return undefined;
  const since = Date.parse(text(condition['lastUpdateTime']));
  return Number.isNaN(since) ? undefined : since + deadline - now;
};

const withProgress = (view: RolloutView, status: Fields): readonly Fields[] => {
  const { deployment, now } = view;
  const options = { now, updates: true };
  const before = statusOf(deployment);
  const { conditions } = status;
  if (deadlineOf(deployment) === undefined) return withoutCondition(conditions, 'Progressing');
  const current = conditionOf(conditions, 'Progressing');
  const finished = count(status, 'replicas') === count(status, 'updatedReplicas') && current?.['reason'] === 'NewReplicaSetAvailable';
  if (finished) return objects(conditions);
  const who = subject(view);
  if (isComplete(deployment, status)) {
    return setCondition(conditions, progressing('True', 'NewReplicaSetAvailable', `${who} has successfully progressed.`), options);
  }
  if (isMoving(before, status)) {
    return replaceCondition(conditions, progressing('True', 'ReplicaSetUpdated', `${who} is progressing.`), options);
  }
  const left = untilDeadline(deployment, conditions, now);
  return left !== undefined && left < 0
    ? setCondition(conditions, progressing('False', 'ProgressDeadlineExceeded', `${who} has timed out progressing.`), options)
    : objects(conditions);
};

/** What the replica sets say about pods that cannot be made. */
const withFailure = ({ fresh, old, now }: RolloutView, conditions: readonly Fields[]): readonly Fields[] => {
  const failure = [...(fresh === undefined ? [] : [fresh]), ...old]
    .map((set) => conditionOf(statusOf(set)['conditions'], 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const wanted = { type: 'ReplicaFailure', status: 'True', reason: text(failure['reason']), message: text(failure['message']) } as const;
  return setCondition(conditions, wanted, { now, updates: true });
};

/** The status of a deployment. `quiet`: paused, being deleted or resized, so that progress is not judged. */
export const deploymentStatus = (view: RolloutView, quiet: boolean): Fields => {
  const numbers = numbersOf(view);
  const conditions = quiet ? objects(numbers['conditions']) : withFailure(view, withProgress(view, numbers));
  return { ...numbers, conditions };
};

/** The status with a note on why the rollout moves, stands still or cannot begin. */
export const withNote = (
  deployment: KubeObject,
  note: 'paused' | 'resumed' | 'created' | 'found' | { readonly failed: string },
  options: { readonly set?: string; readonly now: number },
): Fields => {
  const conditions = statusOf(deployment)['conditions'];
  if (deadlineOf(deployment) === undefined) return statusOf(deployment);
  const condition =
    typeof note === 'object'
      ? progressing('False', 'ReplicaSetCreateError', note.failed)
      : {
          paused: progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'),
          resumed: progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed'),
          created: progressing('True', 'NewReplicaSetCreated', `Created new replica set "${options.set ?? ''}"`),
          found: progressing('True', 'FoundNewReplicaSet', `Found new replica set "${options.set ?? ''}"`),
        }[note];
  return { ...statusOf(deployment), conditions: setCondition(conditions, condition, { now: options.now, updates: true }) };
};

/** When to look again: milliseconds until the deadline of the present rollout. */
export const recheckAfter = (deployment: KubeObject, now: number): number | undefined => {
  const left = untilDeadline(deployment, statusOf(deployment)['conditions'], now);
  return left === undefined ? undefined : Math.max(0, left) + 1_000;
};

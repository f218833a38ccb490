import { errors } from '../../errors.ts';
import { dig, nameOf, objects, specOf, statusOf, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';

/*
 * Whose log is asked for, and whether there is one, in the words of Kubernetes: the API server checks the container's
 * name, the kubelet its state (pkg/registry/core/pod/strategy.go, pkg/kubelet/kubelet_pods.go).
 */

const namesIn = (pod: KubeObject, list: string): string[] => objects(specOf(pod)[list]).map((container) => text(container['name']));

/** The container whose log is asked for; `asked` may be empty when the pod has one only. Throws BadRequest. */
export const containerOf = (pod: KubeObject, asked: string): string => {
  const mains = namesIn(pod, 'containers');
  const all = [...namesIn(pod, 'initContainers'), ...mains, ...namesIn(pod, 'ephemeralContainers')];
  if (asked !== '') {
    if (all.includes(asked)) return asked;
    throw errors.badRequest(`container ${asked.slice(0, 63)} is not valid for pod ${nameOf(pod)}`);
  }
  const [only, ...others] = mains;
  if (only !== undefined && others.length === 0) return only;
  throw errors.badRequest(`a container name must be specified for pod ${nameOf(pod)}, choose one of: [${all.join(' ')}]`);
};

/** What the kubelet says of the commonest reasons. */
const waitingTexts: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

const ended = (status: Fields, state: string): string => text(dig(status, state, 'terminated', 'containerID'));

/** Why the container has no log, or no previous one; undefined when it has. */
export const missingLog = (pod: KubeObject, container: string, previous: boolean): string | undefined => {
  const whom = `container "${container}" in pod "${nameOf(pod)}"`;
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) =>
    objects(statusOf(pod)[list]),
  );
  const status = statuses.find((entry) => text(entry['name']) === container);
  if (status === undefined) return `${whom} is not available`;
  const before = ended(status, 'lastState');
  if (previous) return before === '' ? `previous terminated ${whom} not found` : undefined;
  if (dig(status, 'state', 'running') !== undefined) return undefined;
  if (before !== '' || ended(status, 'state') !== '') return undefined;
  const again = dig(status, 'state', 'terminated') ?? dig(status, 'lastState', 'terminated');
  if (again !== undefined) return `${whom} is terminated`;
  if (dig(status, 'state', 'waiting') === undefined) return `${whom} is waiting to start - no logs yet`;
  const reason = text(dig(status, 'state', 'waiting', 'reason'));
  return `${whom} is waiting to start: ${waitingTexts[reason] ?? reason}`;
};

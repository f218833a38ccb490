import { isObject, messageOf, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient, type KubeObject } from '@podpass/kube-client';
import { covers } from '../install/apply.ts';
import { PolicyError } from '../template/problem.ts';
import { names, paths } from '../wire.ts';

const operations = ['audit', 'status', 'webhook'];

const generationOf = (object: KubeObject): number => {
  const { generation } = object.metadata;
  return typeof generation === 'number' ? generation : 0;
};

/** An error as `status.byPod[].errors` lists it. */
const errorEntry = (thrown: unknown): JsonObject => ({
  code: thrown instanceof PolicyError ? thrown.code : 'create_error',
  message: messageOf(thrown).slice(0, 1_024),
  ...(thrown instanceof PolicyError && thrown.location !== '' ? { location: thrown.location } : {}),
});

/** Writes a status unless it is there already; an object that is gone needs none. */
export const writeStatus = async (client: KubeClient, options: { path: string; object: KubeObject; status: JsonObject }): Promise<void> => {
  const { path, object, status } = options;
  const present = isObject(object['status']) ? (object['status'] as JsonObject) : {};
  if (covers(present, status)) return;
  try {
    await client.patch(`${path}/status`, { status });
  } catch (thrown) {
    if (!isKubeStatus(thrown, 404)) throw thrown;
  }
};

/** Says on a template whether it is in force, and if not, why. */
export const writeTemplateStatus = (client: KubeClient, object: KubeObject, fault?: unknown): Promise<void> => {
  const { name, uid } = object.metadata;
  const pod = {
    id: names.pod,
    templateUID: uid,
    observedGeneration: generationOf(object),
    operations,
    ...(fault === undefined ? { errors: [] } : { errors: [errorEntry(fault)] }),
  };
  const status = { created: fault === undefined, byPod: [pod] };
  return writeStatus(client, { path: paths.item(paths.templates, name), object, status });
};

/** The `byPod` of a constraint. */
export const constraintPods = (object: KubeObject, fault?: unknown): JsonObject => ({
  byPod: [
    {
      id: names.pod,
      constraintUID: object.metadata.uid,
      enforced: fault === undefined,
      observedGeneration: generationOf(object),
      operations,
      ...(fault === undefined ? {} : { errors: [errorEntry(fault)] }),
    },
  ],
});

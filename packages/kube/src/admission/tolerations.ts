import { objects, specOf, text } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import { names } from '../wire.ts';
import type { AdmissionRequest } from './types.ts';

const pods = resourceOf('', 'pods');

/** Seconds that a pod stays on a node that is not ready. */
const patience = 300;

const tolerates = (tolerations: readonly Fields[], taint: string): boolean =>
  tolerations.some((toleration) => {
    const key = text(toleration['key']);
    const effect = text(toleration['effect']);
    return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
  });

/** DefaultTolerationSeconds. Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds */
export const defaultTolerations = (request: AdmissionRequest): KubeObject | undefined => {
  const pod = request.object;
  if (request.row !== pods || request.subresource !== '' || pod === undefined) return pod;
  const present = objects(specOf(pod)['tolerations']);
  const missing = [names.notReadyTaint, names.unreachableTaint].filter((taint) => !tolerates(present, taint));
  if (missing.length === 0) return pod;
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: patience }));
  return { ...pod, spec: { ...specOf(pod), tolerations: [...present, ...added] } };
};

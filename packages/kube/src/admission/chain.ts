import type { WireClient } from '@podpass/http';
import type { Logger } from '@podpass/telemetry';
import type { KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';
import { withDefaults } from '../schema/schema.ts';
import { namespaceLifecycle } from './lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { serviceAccountAdmission } from './service-account.ts';
import { defaultTolerations } from './tolerations.ts';
import type { Admission, AdmissionRequest } from './types.ts';
import { createHookCaller } from './webhook/call.ts';
import { createHooks } from './webhook/hooks.ts';
import { hookMatches } from './webhook/match.ts';
import { callMutating } from './webhook/mutating.ts';

const admissionGroup = 'admissionregistration.k8s.io';

/**
 * Creates the admission chain of a cluster, in Kubernetes' order: namespace lifecycle, service account, default tolerations,
 * mutating webhooks; later, after validation, the validating webhooks side by side.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export const createAdmission = (deps: { mirror: Mirror; wire: WireClient; log: Logger }): Admission => {
  const { mirror } = deps;
  const caller = createHookCaller(deps);
  const mutating = createHooks(mirror, resourceOf(admissionGroup, 'mutatingwebhookconfigurations'));
  const validating = createHooks(mirror, resourceOf(admissionGroup, 'validatingwebhookconfigurations'));
  const steps: readonly ((request: AdmissionRequest) => KubeObject | undefined)[] = [
    (request) => serviceAccountAdmission(mirror, request),
    (request) => defaultTolerations(request),
  ];
  const inTree = (request: AdmissionRequest, start: KubeObject): KubeObject => {
    let object = start;
    for (const step of steps) object = step({ ...request, object }) ?? object;
    return object === start ? start : withDefaults(request.row, object);
  };
  const gate = (request: AdmissionRequest) => {
    namespaceLifecycle(mirror, request);
    nodeRestriction(request);
  };
  return {
    async mutate(request) {
      gate(request);
      const { object } = request;
      if (object === undefined) throw new Error('mutating admission needs an object');
      const first = inTree(request, object);
      if (mutating().length === 0) return first;
      return callMutating({ hooks: mutating, caller, mirror }, request, first, (changed) => inTree(request, changed));
    },
    async validate(request) {
      if (request.operation === 'DELETE' || request.operation === 'CONNECT') gate(request);
      const wanted = validating().filter((hook) => hookMatches(hook, request, mirror));
      const deletions = request.operation === 'DELETE' ? mutating().filter((hook) => hookMatches(hook, request, mirror)) : [];
      // A mutating webhook may also watch deletions: there is nothing to change then, only to allow or refuse.
      for (const hook of deletions) await caller.call(hook, request, true);
      await Promise.all(wanted.map((hook) => caller.call(hook, request, false)));
    },
  };
};

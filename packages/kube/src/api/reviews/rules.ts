import type { Answer } from '@podpass/http';
import { errors } from '../../errors.ts';
import { fields, text } from '../../object/read.ts';
import { kindOf } from '../../resources/lookup.ts';
import { jsonAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { ResourceCall } from '../call.ts';

/** POST of selfsubjectrulesreviews: everything that the caller may do in a namespace. */
export const reviewOwnRules = (call: ResourceCall): Answer => {
  const body = readBody(call, kindOf(call.target.row));
  const namespace = text(fields(body['spec'])['namespace']);
  if (namespace === '') throw errors.badRequest('no namespace on request');
  const rules = call.cluster.authorizer.rules(call.user, namespace);
  const resourceRules = rules
    .filter((rule) => rule.resources.length > 0)
    .map((rule) => ({
      verbs: rule.verbs,
      apiGroups: rule.apiGroups,
      resources: rule.resources,
      ...(rule.resourceNames.length === 0 ? {} : { resourceNames: rule.resourceNames }),
    }));
  const nonResourceRules = rules
    .filter((rule) => rule.nonResourceURLs.length > 0)
    .map((rule) => ({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs }));
  const { kind, apiVersion } = body;
  return jsonAnswer(
    call,
    { kind, apiVersion, metadata: { creationTimestamp: null }, spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } },
    201,
  );
};

/** Bodies that kubectl 1.34 sent, recorded, with the JSON that a JSON client would have sent for the same command. */
export interface RecordedBody {
  readonly kind: string;
  readonly base64: string;
  readonly json: string;
}

export const recordedBodies: readonly RecordedBody[] = [
  {
    kind: 'Namespace',
    base64: 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBYRIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==',
    json: '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}',
  },
  {
    kind: 'ServiceAccount',
    base64: 'azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSGgoYCgFiEgAaB2RlZmF1bHQiACoAMgA4AEIAGgAiAA==',
    json: '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"b","namespace":"default"}}',
  },
  {
    kind: 'TokenRequest',
    base64:
      'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBI2ChAKABIAGgAiACoAMgA4AEIAEhwKB2FwaTovL3gaDgoDUG9kEgJ2MRoBcCIAINgEGgQKABIAGgAiAA==',
    json: '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"p"},"expirationSeconds":600,"audiences":["api://x"]}}',
  },
  {
    kind: 'ConfigMap',
    base64: 'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhsKEQoBYxIAGgAiACoAMgA4AEIAEgYKAWsSAXYaACIA',
    json: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"k":"v"}}',
  },
  {
    kind: 'Secret',
    base64: 'azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWsSAXYaABoAIgA=',
    json: '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"k":"dg=="}}',
  },
  {
    kind: 'Deployment',
    base64:
      'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EqMBChsKAWQSABoAIgAqADIAOABCAFoICgNhcHASAWQSdggAEgoKCAoDYXBwEgFkGl4KGgoAEgAaACIAKgAyADgAQgBaCAoDYXBwEgFkEkASIgoFbmdpbngSBW5naW54KgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
    json: '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"app":"d"}},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"nginx","image":"nginx"}]}}}}',
  },
  {
    kind: 'Job',
    base64:
      'azhzAAoPCghiYXRjaC92MRIDSm9iEoIBChEKAWoSABoAIgAqADIAOABCABJjMmEKEAoAEgAaACIAKgAyADgAQgASTRIqCgFqEgdidXN5Ym94GgRlY2hvGgJoaSoAQgBqAHIAgAEAiAEAkAEAogEAGgVOZXZlcjIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAGgggACgAMAA6ABoAIgA=',
    json: '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"j","image":"busybox","command":["echo","hi"]}]}}}}',
  },
  {
    kind: 'RoleBinding',
    base64:
      'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxJbChIKAnJiEgAaACIAKgAyADgAQgASHgoOU2VydmljZUFjY291bnQSABoBdyIHZGVmYXVsdBolChlyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvEgRSb2xlGgJyMRoAIgA=',
    json: '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"rb"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r1"},"subjects":[{"kind":"ServiceAccount","name":"w","namespace":"default"}]}',
  },
  {
    kind: 'ClusterRole',
    base64: 'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtDbHVzdGVyUm9sZRIgChMKA2NyMRIAGgAiACoAMgA4AEIAEgkKA2dldCoCL20aACIA',
    json: '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"cr1"},"rules":[{"verbs":["get"],"nonResourceURLs":["/m"]}]}',
  },
  {
    kind: 'ResourceQuota',
    base64: 'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRImChIKAnExEgAaACIAKgAyADgAQgASDgoMCgRwb2RzEgQKAjEwGgAaACIA',
    json: '{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"name":"q1"},"spec":{"hard":{"pods":"10"}}}',
  },
  {
    kind: 'PodDisruptionBudget',
    base64:
      'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSMwoRCgFwEgAaACIAKgAyADgAQgASEgoGCAAQARoAEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=',
    json: '{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"p"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}},"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}',
  },
  {
    kind: 'SelfSubjectAccessReview',
    base64:
      'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPAoQCgASABoAIgAqADIAOABCABIeChwKB2RlZmF1bHQSA2dldBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=',
    json: '{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}},"status":{"allowed":false}}',
  },
  {
    kind: 'SelfSubjectReview',
    base64: 'azhzAAotChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESEVNlbGZTdWJqZWN0UmV2aWV3EhoKEAoAEgAaACIAKgAyADgAQgASBgoECgASABoAIgA=',
    json: '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
  },
  {
    kind: 'Service',
    base64:
      'azhzAAoNCgJ2MRIHU2VydmljZRJjCh0KAnMxEgAaACIAKgAyADgAQgBaCQoDYXBwEgJzMRI+ChgKBTgwLTgwEgNUQ1AYUCIGCAAQUBoAKAASCQoDYXBwEgJzMRoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==',
    json: '{"apiVersion":"v1","kind":"Service","metadata":{"name":"s1","labels":{"app":"s1"}},"spec":{"type":"ClusterIP","ports":[{"name":"80-80","protocol":"TCP","port":80,"targetPort":80}],"selector":{"app":"s1"}}}',
  },
];

import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { gvk, podOf, pod } from '../codec.fixture.ts';
import { applyDefaults, canonicalise } from '../index.ts';

describe('applyDefaults', () => {
  it("makes JSON and protobuf clients' objects alike", () => {
    const loose = podOf({ resources: {}, stdin: false, env: [], ports: null }, { nodeName: '', hostNetwork: false });
    expect(applyDefaults(pod, { ...loose, status: {}, extra: 1 })).toEqual(applyDefaults(pod, podOf()));
  });

  it('fills what clients need of a pod, and is idempotent', () => {
    const once = applyDefaults(
      pod,
      podOf(
        {
          image: 'r.io:5000/i:latest',
          ports: [{ containerPort: 1 }],
          readinessProbe: { httpGet: { port: 1 } },
          resources: { limits: { cpu: 1 } },
        },
        {
          serviceAccountName: 'w',
          volumes: [{ name: 'e' }, { name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
        },
      ),
    );
    expect(once['spec']).toMatchObject({
      restartPolicy: 'Always',
      serviceAccount: 'w',
      containers: [
        {
          imagePullPolicy: 'Always',
          ports: [{ protocol: 'TCP' }],
          readinessProbe: { failureThreshold: 3, httpGet: { path: '/', scheme: 'HTTP' } },
          resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
        },
      ],
      volumes: [{ emptyDir: {} }, { projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3600 } }] } }],
    });
    expect(once['status']).toEqual({ phase: 'Pending', qosClass: 'Burstable' });
    expect(applyDefaults(pod, once)).toEqual(once);
  });

  it.each<[ReturnType<typeof gvk>, JsonObject, JsonObject]>([
    [gvk('', 'Secret'), { data: { a: 'eA==', b: 'eA==' }, stringData: { a: 'y' } }, { type: 'Opaque', data: { a: 'eQ==', b: 'eA==' } }],
    [gvk('authentication.k8s.io', 'TokenRequest'), { spec: {} }, { spec: { expirationSeconds: 3600 } }],
    [
      gvk('', 'Namespace'),
      { metadata: { name: 'n' } },
      {
        metadata: { name: 'n', labels: { 'kubernetes.io/metadata.name': 'n' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    [
      gvk('rbac.authorization.k8s.io', 'RoleBinding'),
      {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
        subjects: [
          { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's', namespace: 'n' },
        ],
      },
    ],
    [
      gvk('admissionregistration.k8s.io', 'MutatingWebhookConfiguration'),
      { webhooks: [{ name: 'w', rules: [{}], clientConfig: { service: { name: 's', namespace: 'n' } } }] },
      {
        webhooks: [
          {
            name: 'w',
            rules: [{ scope: '*' }],
            clientConfig: { service: { name: 's', namespace: 'n', port: 443 } },
            failurePolicy: 'Fail',
            matchPolicy: 'Equivalent',
            namespaceSelector: {},
            objectSelector: {},
            timeoutSeconds: 10,
            reinvocationPolicy: 'Never',
          },
        ],
      },
    ],
  ])('%j', (kind, before, after) => {
    const once = applyDefaults(kind, before);
    expect(once).toEqual(after);
    expect(applyDefaults(kind, once)).toEqual(once);
  });

  it('keeps pointers that are zero', () => {
    expect(canonicalise(gvk('apps', 'Deployment'), { spec: { replicas: 0, paused: false, minReadySeconds: 0 } })).toEqual({
      spec: { replicas: 0 },
    });
  });
});

import { child, ensure, fill, items, text, type Draft } from './fill.ts';

/** 0644. */
const fileMode = 420;

const probe = (draft: Draft | undefined): void => {
  if (draft === undefined) return;
  fill(draft, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  action(draft);
};

const action = (draft: Draft): void => {
  const http = child(draft, 'httpGet');
  if (http !== undefined) fill(http, { path: '/', scheme: 'HTTP' });
  const grpc = child(draft, 'grpc');
  if (grpc !== undefined) fill(grpc, { service: '' });
};

/** `Always` for the tag `latest`, given or implied; a digest pins the image. */
const pullPolicy = (image: string): string => {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/u.exec(image)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
};

const container = (draft: Draft, hostNetwork: boolean): void => {
  fill(draft, {
    imagePullPolicy: pullPolicy(text(draft, 'image')),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of items(draft, 'ports')) {
    fill(port, { protocol: 'TCP' });
    if (hostNetwork && port['containerPort'] !== undefined) fill(port, { hostPort: port['containerPort'] });
  }
  for (const variable of items(draft, 'env')) {
    const field = child(child(variable, 'valueFrom') ?? {}, 'fieldRef');
    if (field !== undefined) fill(field, { apiVersion: 'v1' });
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) probe(child(draft, name));
  for (const hook of ['postStart', 'preStop']) action(child(child(draft, 'lifecycle') ?? {}, hook) ?? {});
  const resources = ensure(draft, 'resources');
  const limits = child(resources, 'limits');
  if (limits !== undefined) fill(ensure(resources, 'requests'), limits);
};

const fieldItems = (draft: Draft): void => {
  for (const item of items(draft, 'items')) {
    const field = child(item, 'fieldRef');
    if (field !== undefined) fill(field, { apiVersion: 'v1' });
  }
};

const volume = (draft: Draft): void => {
  if (Object.keys(draft).every((name) => name === 'name')) draft['emptyDir'] = {};
  for (const kind of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    const source = child(draft, kind);
    if (source === undefined) continue;
    fill(source, { defaultMode: fileMode });
    if (kind === 'downwardAPI') fieldItems(source);
    for (const projection of items(source, 'sources')) {
      const token = child(projection, 'serviceAccountToken');
      if (token !== undefined) fill(token, { expirationSeconds: 3600 });
      fieldItems(child(projection, 'downwardAPI') ?? {});
    }
  }
  const hostPath = child(draft, 'hostPath');
  if (hostPath !== undefined) fill(hostPath, { type: '' });
};

/** Source: pkg/apis/core/v1/defaults.go of Kubernetes; `null` members count as absent. */
export const defaultPodSpec = (spec: Draft): void => {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    securityContext: {},
  });
  // The two names of the service account are one field.
  const account = text(spec, 'serviceAccountName') || text(spec, 'serviceAccount');
  if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  const hostNetwork = spec['hostNetwork'] === true;
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const item of items(spec, list)) container(item, hostNetwork);
  }
  for (const item of items(spec, 'volumes')) volume(item);
};

/** Quality of service as the kubelet ranks it: compares cpu and memory of every container. */
const qosClass = (spec: Draft): 'Guaranteed' | 'Burstable' | 'BestEffort' => {
  const every = [...items(spec, 'containers'), ...items(spec, 'initContainers')].map((item) => child(item, 'resources') ?? {});
  const quantity = (resources: Draft, list: string, name: string) => {
    const value = child(resources, list)?.[name];
    const amount = typeof value === 'string' || typeof value === 'number' ? String(value) : '0';
    return amount === '0' ? undefined : amount;
  };
  const names = ['cpu', 'memory'];
  const none = every.every((resources) =>
    names.every((name) => !quantity(resources, 'limits', name) && !quantity(resources, 'requests', name)),
  );
  if (none) return 'BestEffort';
  const guaranteed = every.every((resources) =>
    names.every((name) => {
      const limit = quantity(resources, 'limits', name);
      return limit !== undefined && limit === quantity(resources, 'requests', name);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
};

export const defaultPod = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  defaultPodSpec(spec);
  fill(spec, { enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority', priority: 0 });
  const status = ensure(draft, 'status');
  fill(status, { phase: 'Pending', qosClass: qosClass(spec) });
};

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { createPodIdentityWorld, interpreters, type PodIdentityWorld, type TestCluster } from './world.ts';
import { namespacesPossible } from './namespaces.ts';

const pod = (name: string, script: string, more: { labels?: object; ports?: readonly object[] } = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: more.labels ?? {} },
  spec: {
    containers: [{ name: 'main', image: interpreters.node, args: ['--input-type=module', '--eval', script], ports: more.ports ?? [] }],
  },
});

const web = `
import http from 'node:http';
http.createServer((_, answer) => answer.end('hello from the pod')).listen(8080, () => console.log('listening'));
`;

/** Asks everything once a second until it has an answer, and prints what came of it. */
const asker = `
import dns from 'node:dns/promises';
import fs from 'node:fs';
import https from 'node:https';
const token = fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token', 'utf8');
const ca = fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt', 'utf8');
const get = (url, options) => new Promise((resolve, reject) => {
  https.get(url, options, (answer) => { answer.resume(); resolve(answer.statusCode); }).on('error', reject);
});
const tries = {
  service: async () => (await fetch('http://web.default.svc.cluster.local:8080')).text(),
  short: async () => (await dns.lookup('web.default')).address.startsWith('10.244.'),
  cluster: async () => [200, 403].includes(await get('https://kubernetes.default.svc/version', { ca, headers: { authorization: 'Bearer ' + token } })),
  azure: async () => (await dns.lookup('login.microsoftonline.com')).address,
  platform: async () => (await fetch('https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=https://login.microsoftonline.com/common/oauth2/authorize')).status,
  stranger: async () => dns.lookup('example.com').then(() => 'resolved', (error) => error.code),
  moved: async () => dns.lookup('moved.default.svc.cluster.local').then(() => 'resolved', (error) => error.code),
};
for (const [name, ask] of Object.entries(tries)) {
  for (let left = 20; left > 0; left -= 1) {
    try { console.log(name + '=' + await ask()); break; } catch (error) {
      if (left === 1) console.log(name + ' failed: ' + (error.cause ?? error));
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}
console.log('done');
setInterval(() => {}, 1000);
`;

const service = (name: string, port: number, targetPort: number): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: 'web' }, ports: [{ port, targetPort }] },
});

describe.skipIf(!clientsAvailable || !namespacesPossible)('names inside pods of the namespace runtime', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let log: string;
  beforeAll(async () => {
    world = await createPodIdentityWorld('names', ['--runtime', 'namespace']);
    cluster = await world.createCluster('names', { podIdentity: false, nodes: 2 });
    await cluster.apply(
      service('web', 8080, 8080),
      service('moved', 80, 8080),
      pod('web', web, { labels: { app: 'web' }, ports: [{ containerPort: 8080 }] }),
    );
    await cluster.logOf('web', /listening/);
    await cluster.apply(pod('asker', asker));
    log = await cluster.logOf('asker', /done/);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it.each([
    ['a service leads to its pod', 'service=hello from the pod'],
    ['its short name is completed', 'short=true'],
    ['the API server answers under its name in the cluster, with a certificate that the pod trusts', 'cluster=true'],
    ['names of the platform lead to it without a proxy', 'azure=168.63.129.16'],
    ['and speak TLS that the pod trusts', 'platform=200'],
    ['other names do not exist', 'stranger=ENOTFOUND'],
    ['a service whose port is not the container’s does not resolve, since nothing translates it', 'moved=ENOTFOUND'],
  ])('%s', (_, line) => {
    expect(log).toContain(line);
  });
});

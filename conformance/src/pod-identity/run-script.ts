import { until } from '../platform/until.ts';
import { interpreters, type TestCluster } from './world.ts';

export interface Script {
  readonly name: string;
  readonly image?: (typeof interpreters)[keyof typeof interpreters];
  /** What the interpreter gets. */
  readonly args: readonly string[];
  readonly namespace?: string;
  /** Value of the label by which pod identities choose pods; none when absent. */
  readonly binding?: string;
  /** More labels of the pod. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds, 90 when absent. */
  readonly seconds?: number;
}

/** Runs a program once in a pod of its own; its exit code, undefined while it has none, and all that it printed. */
export const runScript = async (cluster: TestCluster, script: Script): Promise<{ code: number | undefined; log: string }> => {
  const { name, image = interpreters.shell, args, namespace = 'default', binding, labels, seconds = 90 } = script;
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...(binding === undefined ? {} : { aadpodidbinding: binding }), ...labels } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'script', image, args }] },
  });
  const read = () =>
    cluster.kubectl('get', 'pod', name, '-n', namespace, '-o', 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}');
  const { stdout } = await until(read, ({ stdout: code }) => code !== '', seconds);
  const log = await cluster.kubectl('logs', name, '-n', namespace);
  return { code: stdout === '' ? undefined : Number(stdout), log: `${log.stdout}${log.stderr}` };
};

/** One request of a pod to its metadata address; the path goes over the wire as it stands here. */
export interface MetadataAsk {
  readonly path: string;
  readonly method?: string;
  /** `Metadata: true` when absent. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MetadataReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const tokenPath = '/metadata/identity/oauth2/token';

/** Asks for a token of one resource, with more parameters. */
export const tokenAsk = (more: Readonly<Record<string, string>> = {}): MetadataAsk => ({
  path: `${tokenPath}?${new URLSearchParams({ 'api-version': '2018-02-01', resource: 'https://management.azure.com/', ...more }).toString()}`,
});

const asker = `
const { request } = require('node:http');
const at = new URL(process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? 'http://169.254.169.254');
const ask = ({ path, method = 'GET', headers = { Metadata: 'true' } }) => new Promise((resolve) => {
  const sent = request({ host: at.hostname, port: at.port || 80, path, method, headers, timeout: 20000 }, (answer) => {
    let body = '';
    answer.setEncoding('utf8').on('data', (text) => (body += text)).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
  });
  sent.on('error', (error) => resolve({ status: 0, headers: {}, body: String(error) }));
  sent.on('timeout', () => sent.destroy(new Error('timeout')));
  sent.end();
});
(async () => {
  const replies = [];
  for (const each of JSON.parse(process.argv[1])) replies.push(await ask(each));
  console.log(JSON.stringify(replies));
})();`;

/** The answers to requests that a pod of its own sends, one after the other. */
export const askMetadata = async (
  cluster: TestCluster,
  pod: Pick<Script, 'name' | 'namespace' | 'binding' | 'labels'>,
  asks: readonly MetadataAsk[],
): Promise<readonly MetadataReply[]> => {
  const { code, log } = await runScript(cluster, { ...pod, image: interpreters.node, args: ['-e', asker, JSON.stringify(asks)] });
  if (code !== 0) throw new Error(`pod ${pod.name} ended with ${String(code)}: ${log}`);
  return JSON.parse(log) as readonly MetadataReply[];
};

import type { Answer } from '@podpass/http';
import { messageOf } from '@podpass/kernel';
import { errors, StatusError } from '../../errors.ts';
import { dig, nameOf, number, objects, specOf, statusOf, text } from '../../object/read.ts';
import { resourceOf } from '../../resources/lookup.ts';
import { limits, mediaTypes } from '../../wire.ts';
import { existing, type ResourceCall } from '../call.ts';
import { containerOf, missingLog } from './log-source.ts';
import { flagParameter, numberParameter } from '../versions.ts';

const forwarded = ['tailLines', 'sinceSeconds', 'sinceTime', 'timestamps', 'previous', 'limitBytes'] as const;
const logTimeout = 30_000;

interface Kubelet {
  readonly origin: string;
  readonly serverName: string;
}

const kubeletOf = (call: ResourceCall, nodeName: string): Kubelet => {
  const node = call.cluster.registry.get(resourceOf('', 'nodes'), '', nodeName);
  if (node === undefined) throw errors.notFound({ group: '', resource: 'nodes', name: nodeName });
  const address = objects(statusOf(node)['addresses']).find((entry) => text(entry['type']) === 'InternalIP');
  const port = number(dig(node, 'status', 'daemonEndpoints', 'kubeletEndpoint', 'Port'));
  if (address === undefined || port === undefined) throw errors.internal(`node ${nodeName} has not published an address of its kubelet`);
  const host = text(address['address']);
  return { origin: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, serverName: nodeName };
};

const headers = { 'Content-Type': `${mediaTypes.text}; charset=utf-8`, 'Cache-Control': 'no-cache, private' };

/** GET of `pods/NAME/log`: fetched from the kubelet of the pod's node, over TLS with the API server's own client certificate. */
export const readLog = async (call: ResourceCall): Promise<Answer> => {
  const pod = existing(call);
  const { cluster, exchange } = call;
  const container = containerOf(pod, exchange.query.get('container') ?? '');
  const query = new URLSearchParams();
  for (const name of forwarded) {
    const value = exchange.query.get(name);
    if (value !== null && value !== '') query.set(name, value);
  }
  for (const name of ['tailLines', 'sinceSeconds', 'limitBytes'] as const) {
    const value = numberParameter(call, name);
    if (value !== undefined && value < (name === 'tailLines' ? 0 : 1)) {
      throw errors.invalid({ group: '', kind: 'PodLogOptions' }, nameOf(pod), [
        {
          reason: 'FieldValueInvalid',
          field: name,
          message: `Invalid value: ${value}: must be greater than ${name === 'tailLines' ? 'or equal to ' : ''}0`,
        },
      ]);
    }
  }
  const nodeName = text(specOf(pod)['nodeName']);
  // Nobody can have written anything yet; the API server of Kubernetes answers the same.
  if (nodeName === '') return { status: 204 };
  const kubelet = kubeletOf(call, nodeName);
  const missing = missingLog(pod, container, flagParameter(call, 'previous'));
  if (missing !== undefined) throw errors.badRequest(missing);
  const follow = flagParameter(call, 'follow');
  if (follow) query.set('follow', 'true');
  const path = [call.target.namespace, nameOf(pod), container].map(encodeURIComponent).join('/');
  const request = {
    method: 'GET',
    url: `${kubelet.origin}/containerLogs/${path}?${query.toString()}`,
    clientCertificate: await cluster.kubeletClient(),
    ca: cluster.ca.certificate,
    serverName: kubelet.serverName,
  };
  if (follow) {
    return {
      status: 200,
      headers,
      async stream(out) {
        for await (const text of cluster.wire.lines({ ...request, lines: 'text', signal: out.signal })) await out.write(text);
      },
    };
  }
  const answer = await cluster.wire
    .request({ ...request, timeout: logTimeout, maxBytes: limits.logBytes, signal: exchange.signal })
    .catch((thrown: unknown) => {
      throw errors.internal(`Get "${kubelet.origin}/containerLogs/${path}": ${messageOf(thrown)}`, thrown);
    });
  if (answer.status === 200) return { status: 200, headers, body: answer.body };
  const said = answer.body.toString('utf8').slice(0, 1_024).trim();
  if (answer.status === 404) {
    const message = `the server could not find the requested resource ( pods/log ${nameOf(pod)})`;
    throw new StatusError(404, 'NotFound', message, { details: { name: nameOf(pod), kind: 'pods/log', causes: [{ message: said }] } });
  }
  if (answer.status === 400) throw errors.badRequest(said);
  throw errors.internal(`the kubelet of node ${kubelet.serverName} answered with status ${answer.status}`);
};

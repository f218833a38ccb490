import { randomBelow } from '@podpass/kernel';
import { isObject } from '@podpass/kernel';
import { dig, fields, number, objects, specOf, text } from '../../object/read.ts';
import type { Mirror } from '../../registry/mirror.ts';
import { resourceOf } from '../../resources/lookup.ts';
import type { Hook } from './hooks.ts';

/** Where a webhook is reached. `shown` is the URL that errors name. */
export interface HookEndpoint {
  readonly url: string;
  readonly shown: string;
  readonly serverName: string | undefined;
}

const services = resourceOf('', 'services');
const endpoints = resourceOf('', 'endpoints');

const hostOf = (address: string) => (address.includes(':') ? `[${address}]` : address);

/** Finds an address behind a service, through its Endpoints object. Throws Error with what is missing. */
const resolveService = (mirror: Mirror, reference: { namespace: string; name: string; port: number }): string => {
  const service = mirror.get(services, reference.namespace, reference.name);
  if (service === undefined) throw new Error(`service "${reference.name}" not found`);
  const port = objects(specOf(service)['ports']).find((entry) => number(entry['port']) === reference.port);
  if (port === undefined) throw new Error(`no service port ${reference.port} found for service "${reference.name}"`);
  const behind = mirror.get(endpoints, reference.namespace, reference.name);
  const candidates = objects(behind?.['subsets']).flatMap((subset) => {
    const open = objects(subset['ports']).find((entry) => text(entry['name']) === text(port['name']));
    const target = number(open?.['port']);
    return target === undefined ? [] : objects(subset['addresses']).map((address) => `${hostOf(text(address['ip']))}:${target}`);
  });
  const chosen = candidates[candidates.length < 2 ? 0 : randomBelow(candidates.length)];
  if (chosen === undefined) throw new Error(`no endpoints available for service "${reference.name}"`);
  return chosen;
};

/** Resolves a webhook's `clientConfig`. Throws Error when it leads nowhere. `address` is resolved only by the call, so that errors can name the URL. */
export const hookEndpoint = (hook: Hook, mirror: Mirror): { readonly shown: string; resolve(): HookEndpoint } => {
  const timeout = `timeout=${Math.ceil(hook.timeout / 1_000)}s`;
  const { client } = hook;
  if (!isObject(client['service'])) {
    const url = text(client['url']);
    const shown = `${url}${url.includes('?') ? '&' : '?'}${timeout}`;
    return {
      shown,
      resolve: () => {
        if (!url.startsWith('https://')) throw new Error('only https URLs are called');
        return { url: shown, shown, serverName: undefined };
      },
    };
  }
  const service = fields(client['service']);
  const reference = { namespace: text(service['namespace']), name: text(service['name']), port: number(dig(service, 'port')) ?? 443 };
  const serverName = `${reference.name}.${reference.namespace}.svc`;
  const raw = text(service['path']);
  const path = raw === '' || raw.startsWith('/') ? raw : `/${raw}`;
  const shown = `https://${serverName}:${reference.port}${path}?${timeout}`;
  return { shown, resolve: () => ({ url: `https://${resolveService(mirror, reference)}${path}?${timeout}`, shown, serverName }) };
};

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../platform/platform.ts';
import { requestBytes, talk, type Edge, type RawAnswer } from './raw.ts';

export const armHost = 'management.azure.com';
export const loginHost = 'login.microsoftonline.com';
export const graphHost = 'graph.microsoft.com';

/** What a running server wrote down about itself. */
export interface RunFile {
  readonly pid: number;
  readonly https: number;
  readonly proxy: string;
  readonly control: string;
  readonly controlToken: string;
}

export const readRunFile = async (data: string): Promise<RunFile> =>
  JSON.parse(await readFile(path.join(data, 'run.json'), 'utf8')) as RunFile;

/** Where the platform of a data folder listens, and whom to trust there. */
export const openEdge = async (data: string): Promise<Edge> => ({
  port: (await readRunFile(data)).https,
  ca: await readFile(path.join(data, 'ca.pem'), 'utf8'),
});

export interface WireCall {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly bearer?: string | undefined;
  readonly contentType?: string;
  readonly body?: object | string;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

/** One well-formed request over a connection of its own. Throws when no answer came. */
export const call = async (edge: Edge, request: WireCall): Promise<RawAnswer> => {
  const { method, host, path: target, bearer, contentType = 'application/json', body, clientCertificate } = request;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const answer = await talk(edge, {
    serverName: host,
    clientCertificate,
    head: method === 'HEAD',
    send: requestBytes({
      method,
      host,
      path: target,
      headers: [
        ...(bearer === undefined ? [] : [['Authorization', `Bearer ${bearer}`] as const]),
        ...(text === undefined ? [] : [['Content-Type', contentType] as const]),
      ],
      // A write without a body still says so.
      body: text ?? (method === 'GET' || method === 'HEAD' ? undefined : ''),
    }),
  });
  if (typeof answer === 'string') throw new Error(`${method} https://${host}${target}: ${answer}`);
  return answer;
};

/** The answer's JSON; throws with its words unless the status says success. */
export const ok = (answer: RawAnswer): Record<string, unknown> => {
  if (answer.status < 200 || answer.status > 299) throw new Error(`status ${answer.status}: ${answer.body}`);
  return (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, unknown>;
};

export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** Sends a form to a tenant's token endpoint, version 2, whatever may come of it. */
export const askToken = (edge: Edge, tenant: string, form: Readonly<Record<string, string>>): Promise<RawAnswer> =>
  call(edge, {
    method: 'POST',
    host: loginHost,
    path: `/${tenant}/oauth2/v2.0/token`,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(form).toString(),
  });

/** The AADSTS code of a refusal's body; undefined when it is none. */
export const aadstsCode = (body: Readonly<Record<string, unknown>>): unknown => (body['error_codes'] as unknown[] | undefined)?.[0];

const redeem = async (edge: Edge, tenantId: string, form: Readonly<Record<string, string>>): Promise<string> =>
  String(ok(await askToken(edge, tenantId, form))['access_token']);

/** A token of the platform's automation principal. */
export const tokenFor = (edge: Edge, { admin }: Pick<Platform, 'admin'>, scope: string): Promise<string> => {
  const { appId, secret } = admin.servicePrincipal;
  return redeem(edge, admin.tenantId, { grant_type: 'client_credentials', client_id: appId, client_secret: secret, scope });
};

/** A token of the administrator, as the Azure CLI gets one with a password. */
export const userTokenFor = (edge: Edge, { admin }: Pick<Platform, 'admin'>, scope: string): Promise<string> =>
  redeem(edge, admin.tenantId, {
    grant_type: 'password',
    client_id: azureCli,
    username: admin.userPrincipalName,
    password: admin.password,
    scope: `${scope} openid profile offline_access`,
  });

/** The resource manager, as the automation principal: a subscription owner. */
export const armOf = async (edge: Edge, platform: Pick<Platform, 'admin'>) => {
  const bearer = await tokenFor(edge, platform, `https://${armHost}/.default`);
  const send = (method: string, target: string, body?: object) =>
    call(edge, { method, host: armHost, path: target, bearer, ...(body === undefined ? {} : { body }) });
  return {
    bearer,
    send,
    /** Sends, and waits for the operation's end. */
    async operation(method: string, target: string, body?: object): Promise<void> {
      const started = await send(method, target, body);
      ok(started);
      const monitor = started.headers['azure-asyncoperation'];
      if (monitor === undefined) return;
      const { pathname, search } = new URL(monitor);
      for (;;) {
        const { status } = ok(await send('GET', pathname + search));
        if (status === 'Succeeded') return;
        if (status !== 'InProgress') throw new Error(`${method} ${target} ended as ${String(status)}`);
        await sleep(100);
      }
    },
  };
};

/** The claims of a token, unverified. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;

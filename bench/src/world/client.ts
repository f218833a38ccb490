import { Agent, request } from 'node:https';
import type { Admin } from '@podpass/conformance';

/** One request to a host that the platform serves. */
interface Call {
  readonly host: string;
  readonly path: string;
  /** GET unless a body is given, then POST. */
  readonly method?: string;
  readonly bearer?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: object;
}

/** A client of one platform over one connection that is kept. */
export interface Client {
  /** The answer's JSON. Rejects with the answer's text for any status but 200 and 201. */
  call(call: Call): Promise<Record<string, unknown>>;
  close(): void;
}

export const createClient = (port: number): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  return { call: (call) => send({ agent, port }, call), close: () => agent.destroy() };
};

const send = ({ agent, port }: { readonly agent: Agent; readonly port: number }, call: Call): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const { host, path, bearer, form, json } = call;
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
    const headers = {
      host,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
    };
    const method = call.method ?? (body === undefined ? 'GET' : 'POST');
    const sent = request({ agent, host: '127.0.0.1', port, servername: host, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200 || answer.statusCode === 201) resolve(JSON.parse(text) as Record<string, unknown>);
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });

const login = 'login.microsoftonline.com';
/** The public client whose users Graph serves without further consent. */
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** A token of the service principal that automation uses. */
export const automationToken = ({ call }: Client, { tenantId, servicePrincipal }: Admin, resource: string): Promise<string> =>
  token(call, tenantId, {
    grant_type: 'client_credentials',
    client_id: servicePrincipal.appId,
    client_secret: servicePrincipal.secret,
    scope: `${resource}/.default`,
  });

/** A token of the administrator, who may read the whole directory. */
export const administratorToken = ({ call }: Client, admin: Admin, resource: string): Promise<string> =>
  token(call, admin.tenantId, {
    grant_type: 'password',
    client_id: azureCli,
    username: admin.userPrincipalName,
    password: admin.password,
    scope: `${resource}/.default`,
  });

const token = async (call: Client['call'], tenantId: string, form: Readonly<Record<string, string>>): Promise<string> =>
  String((await call({ host: login, path: `/${tenantId}/oauth2/v2.0/token`, form }))['access_token']);

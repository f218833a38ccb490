import type { IncomingHttpHeaders } from 'node:http';
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

interface Answer {
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A client of one platform over connections that are kept. */
export interface Client {
  /** The answer's JSON; an empty object when it has no body. Rejects with the answer's text for any status but 200 to 204. */
  call(call: Call): Promise<Record<string, unknown>>;
  /** The same with headers and text. */
  ask(call: Call): Promise<Answer>;
  close(): void;
}

interface ClientOptions {
  /** Most connections; one when absent. */
  readonly sockets?: number;
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
}

export const createClient = (port: number, { sockets = 1, certificate }: ClientOptions = {}): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, rejectUnauthorized: false, ...certificate });
  const ask = (call: Call) => send({ agent, port }, call);
  return {
    async call(call) {
      const { text } = await ask(call);
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    ask,
    close: () => agent.destroy(),
  };
};

const send = ({ agent, port }: { readonly agent: Agent; readonly port: number }, call: Call): Promise<Answer> =>
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
        const { statusCode = 0, headers: answered } = answer;
        if (statusCode >= 200 && statusCode <= 204) resolve({ headers: answered, text });
        else reject(new Error(`${method} ${path}: ${statusCode} ${text}`));
      });
      answer.once('error', reject);
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

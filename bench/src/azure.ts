import { setTimeout as sleep } from 'node:timers/promises';

/** A small Azure client over `fetch`; the process runs with the platform's proxy and certificates in its environment. */
export interface Azure {
  /** Sends one resource manager request; throws with the answer's text unless it succeeded. */
  arm(
    method: string,
    path: string,
    apiVersion: string,
    body?: object,
  ): Promise<{ body: Record<string, unknown>; headers: Headers; status: number }>;
  /** Sends a request and polls its operation until it ended. Returns milliseconds from the first byte sent to the end seen. */
  operation(method: string, path: string, apiVersion: string, body?: object): Promise<number>;
  token(scope: string): Promise<string>;
}

export interface Principal {
  readonly tenantId: string;
  readonly appId: string;
  readonly secret: string;
}

export const signIn = async (principal: Principal): Promise<Azure> => {
  const token = async (scope: string): Promise<string> => {
    const answer = await fetch(`https://login.microsoftonline.com/${principal.tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: principal.appId, client_secret: principal.secret, scope }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(`no token: ${answer.status}`);
    return body.access_token;
  };
  const bearer = await token('https://management.core.windows.net//.default');
  const send = async (url: string, method: string, body?: object) => {
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
    return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const arm: Azure['arm'] = (method, path, apiVersion, body) =>
    send(`https://management.azure.com${path}?api-version=${apiVersion}`, method, body);
  return {
    arm,
    token,
    async operation(method, path, apiVersion, body) {
      const started = performance.now();
      const { headers } = await arm(method, path, apiVersion, body);
      const monitor = headers.get('azure-asyncoperation');
      if (monitor === null) return performance.now() - started;
      for (;;) {
        // Asking without a pause would measure the asking.
        await sleep(5);
        const { body: status } = await send(monitor, 'GET');
        if (status['status'] === 'Succeeded') return performance.now() - started;
        if (status['status'] !== 'InProgress') throw new Error(`operation ended as ${JSON.stringify(status)}`);
      }
    },
  };
};

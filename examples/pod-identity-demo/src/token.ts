import type { Get } from './request.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Parses JSON text to an object; an empty one for anything else. */
export const parseObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** Beginning of a refusal, for the log; an answer with a token never gets there. */
const shown = (body: string): string => body.trim().slice(0, 512);

/** Asks the metadata service for a token. Rejects with its refusal. */
export const acquireToken = async (
  get: Get,
  { msiEndpoint, resource, clientId }: { readonly msiEndpoint: string; readonly resource: string; readonly clientId?: string },
): Promise<string> => {
  const query = new URLSearchParams({ 'api-version': '2018-02-01', resource });
  if (clientId !== undefined) query.set('client_id', clientId);
  const { status, body } = await get(`${msiEndpoint}?${query.toString()}`, { Metadata: 'true' });
  if (status !== 200) throw new Error(`adal: Refresh request failed. Status Code = '${String(status)}'. Response body: ${shown(body)}`);
  const token = parseObject(body)['access_token'];
  if (typeof token !== 'string' || token === '') throw new Error('zero token found');
  return token;
};

export { shown };

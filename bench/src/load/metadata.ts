import { loadHttps } from './https-load.ts';

/**
 * Asks the metadata endpoint for tokens over keep-alive connections, as the program of a pod whose own network and address
 * it uses. The argument is `{path, seconds, connections, warmUp}` as JSON. Prints the result as one line of JSON.
 */
const { path, ...load } = JSON.parse(process.argv[2] ?? '{}') as {
  path: string;
  seconds: number;
  connections: number;
  warmUp: number;
};
// Where pods have no network of their own, the endpoint of a pod is named to it.
const authority = new URL(process.env['AZURE_POD_IDENTITY_AUTHORITY_HOST'] ?? 'http://169.254.169.254');
const requests = [Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${authority.host}\r\nmetadata: true\r\n\r\n`)];
const target = { host: authority.hostname, plainAddress: authority.hostname, port: Number(authority.port || '80') };
process.stdout.write(`${JSON.stringify(await loadHttps({ ...load, ...target, requests }))}\n`);

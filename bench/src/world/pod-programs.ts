import path from 'node:path';
import { root } from '@podpass/tools';

/** Images of pods and the commands that stand behind them; what they do further comes as arguments of a pod. */
export const podImages = {
  node: { image: 'podpass.bench/node', command: [process.execPath] },
  shell: { image: 'podpass.bench/shell', command: ['sh'] },
  load: { image: 'podpass.bench/load', command: [process.execPath, path.join(root, 'bench/src/load/metadata.ts')] },
} as const;

/** An image without a program: its pods run without a process. */
export const unmappedImage = 'podpass.bench/simulated';

/** Path of a token for Key Vault at the metadata endpoint. */
export const tokenPath = '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net';

/** What the first-token program prints: milliseconds since 1970 by the machine's clock. */
export interface FirstToken {
  readonly status: number;
  /** The answer has an access token. */
  readonly token: boolean;
  /** The program's process began. */
  readonly began: number;
  readonly asked: number;
  readonly got: number;
}

/** Arguments of the first-token program for the node image; as text, because to read a file of types would be part of the figure. */
export const firstTokenArguments = [
  '--eval',
  `const asked = Date.now();
const authority = process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST || 'http://169.254.169.254';
require('node:http').get(authority.replace(/\\/$/, '') + '${tokenPath}', { headers: { metadata: 'true' } }, (answer) => {
  let text = '';
  answer.on('data', (chunk) => { text += chunk; });
  answer.on('end', () => {
    const got = Date.now();
    const token = answer.statusCode === 200 && typeof JSON.parse(text).access_token === 'string';
    console.log(JSON.stringify({ status: answer.statusCode, token, began: performance.timeOrigin, asked, got }));
  });
});`,
] as const;

/** Arguments of a program for the shell image that prints nanoseconds since 1970 and ends. */
export const firstLineArguments = ['-c', 'date +%s%N'] as const;

import { createHmac, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '@podpass/tools';
import { fetchText } from '../platform/fetch-text.ts';
import { firstLine } from '../platform/first-line.ts';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { createWorld, type World } from './world.ts';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;

/** Each row hands a broken assertion to the unmodified SDK and expects Azure's own refusal; the secret stays unread. */
describe.skipIf(!clientsAvailable)('the broken-link table: assertions', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    world = await createWorld();
    folder = await mkdtemp(path.join(world.platform.data, 'assertions-'));
  });
  afterAll(async () => {
    if (world === undefined) return;
    await rm(folder, { recursive: true, force: true });
    await world.platform[Symbol.asyncDispose]();
  });

  /** A genuine token of the service account, as the kubelet would project it. */
  const genuine = async (...more: string[]): Promise<string> => {
    const audience = more.some((argument) => argument.startsWith('--audience')) ? [] : ['--audience=api://AzureADTokenExchange'];
    const result = await world.platform.kubectl('create', 'token', world.account, ...audience, ...more);
    expect(result.code, said(result)).toBe(0);
    return result.stdout.trim();
  };

  /** What the bundled workload prints when it holds this token. */
  const workloadSays = async (assertion: string): Promise<string> => {
    const file = path.join(folder, 'token');
    await writeFile(file, `${assertion}\n`);
    return firstLine(process.execPath, [path.join(root, 'examples/keyvault-reader/src/main.ts')], {
      env: {
        ...world.platform.env,
        KEYVAULT_URL: world.vaultUrl,
        SECRET_NAME: world.secret,
        AZURE_CLIENT_ID: world.clientId,
        AZURE_TENANT_ID: world.platform.admin.tenantId,
        AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
        AZURE_FEDERATED_TOKEN_FILE: file,
      },
    });
  };

  const expectRefusal = async (assertion: string, code: string): Promise<void> => {
    const text = await workloadSays(assertion);
    expect(text).toContain(code);
    expect(text).not.toContain(world.secretValue);
  };

  it('refuses a tampered signature', async () => {
    const token = await genuine();
    const [header, payload, signature = ''] = token.split('.');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expectRefusal(`${header}.${payload}.${flipped}`, 'AADSTS700027');
  });

  it('refuses a tampered claim under a genuine signature', async () => {
    const [header, payload, signature] = (await genuine()).split('.');
    await expectRefusal(`${header}.${encode({ ...decode(payload), jti: 'another' })}.${signature}`, 'AADSTS700027');
  });

  it('refuses alg none', async () => {
    const [header, payload] = (await genuine()).split('.');
    await expectRefusal(`${encode({ ...decode(header), alg: 'none' })}.${payload}.`, 'AADSTS5');
  });

  it('refuses HS256 keyed with the public key', async () => {
    const [header, payload] = (await genuine()).split('.');
    const keys = await fetchText(world.platform, `${world.issuer}openid/v1/jwks`);
    expect(keys.code, said(keys)).toBe(0);
    const [jwk] = (JSON.parse(keys.stdout) as { keys: { kty: string; n: string; e: string }[] }).keys;
    expect(jwk).toBeDefined();
    const secret = createPublicKey({ key: jwk!, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const signed = `${encode({ ...decode(header), alg: 'HS256' })}.${payload}`;
    await expectRefusal(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`, 'AADSTS5');
  });

  it('refuses a token of another audience', async () => {
    await expectRefusal(await genuine('--audience=api://SomethingElse'), 'AADSTS700212');
  });

  it('refuses a token of another service account', async () => {
    await world.platform.kubectl('create', 'serviceaccount', 'stranger');
    const result = await world.platform.kubectl('create', 'token', 'stranger', '--audience=api://AzureADTokenExchange');
    await expectRefusal(result.stdout.trim(), 'AADSTS700213');
  });

  it('accepts the genuine token, and refuses it once it has expired', async () => {
    const token = await genuine('--duration=600s');
    expect(await workloadSays(token)).toContain(world.secretValue);
    await world.platform.control('PUT', '/clock', { offsetSeconds: 600 + 301 });
    try {
      await expectRefusal(token, 'AADSTS700024');
    } finally {
      await world.platform.control('PUT', '/clock', { offsetSeconds: 0 });
    }
  });

  it('refuses the token of another cluster', async () => {
    const other = `${world.cluster}-b`;
    await world.az(
      'aks',
      'create',
      '-g',
      world.group,
      '-n',
      other,
      '--node-count',
      '1',
      '--enable-oidc-issuer',
      '--enable-workload-identity',
      '--generate-ssh-keys',
    );
    const kubeconfig = path.join(folder, 'other.config');
    await world.az('aks', 'get-credentials', '-g', world.group, '-n', other, '--file', kubeconfig);
    const kubectl = (...args: string[]) => world.platform.kubectl('--kubeconfig', kubeconfig, ...args);
    await kubectl('create', 'serviceaccount', world.account);
    const result = await kubectl('create', 'token', world.account, '--audience=api://AzureADTokenExchange');
    expect(result.code, said(result)).toBe(0);
    await expectRefusal(result.stdout.trim(), 'AADSTS700211');
  });

  it('accepts a token after one rotation of the cluster keys, and refuses it after two', async () => {
    const token = await genuine();
    const rotate = () => world.az('aks', 'oidc-issuer', 'rotate-signing-keys', '-g', world.group, '-n', world.cluster, '--yes');
    await rotate();
    expect(await workloadSays(token)).toContain(world.secretValue);
    await rotate();
    // The published keys may be cached for as long as the issuer's answer says: two seconds.
    const text = await until(
      () => workloadSays(token),
      (answer) => answer.includes('AADSTS7000272'),
      10,
    );
    expect(text).toContain('AADSTS7000272');
    expect(text).not.toContain(world.secretValue);
    expect(await workloadSays(await genuine())).toContain(world.secretValue);
  });
});

import { createHash, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newGuid, randomHex } from '@podpass/kernel';
import { onPlatform, said, type Platform } from '../platform/platform.ts';
import { azureCli, openEdge, userTokenFor } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';

/** An application and a managed identity with every kind of credential, made with the real az and kubectl. */
export interface World {
  readonly platform: Platform;
  readonly edge: Edge;
  readonly identity: { readonly clientId: string; readonly principalId: string };
  readonly application: { readonly clientId: string; readonly objectId: string; readonly secret: string };
  readonly user: { readonly name: string; readonly password: string; readonly objectId: string };
  /** Files with a token of the federated service account, of another one, and with a broken signature. */
  readonly tokens: { readonly good: string; readonly other: string; readonly forged: string };
  /** PEM files: certificate and key together, certificate alone, and such of a certificate that is registered nowhere. */
  readonly certificate: Certificate;
  readonly stranger: Certificate;
  /** An access token of the user for the application's own API. */
  readonly userAssertion: string;
}

interface Certificate {
  readonly file: string;
  readonly publicFile: string;
  /** SHA-1 and SHA-256 of the DER encoding in hexadecimal. */
  readonly thumbprint: string;
  readonly thumbprintSha256: string;
}

const makeCertificate = async (platform: Platform, name: string): Promise<Certificate> => {
  const [key, publicFile, file] = ['key', 'crt', 'pem'].map((end) => path.join(platform.data, `${name}.${end}`));
  if (key === undefined || publicFile === undefined || file === undefined) throw new Error('unreachable');
  const options = 'req -x509 -newkey rsa:2048 -nodes -days 30'.split(' ');
  const made = await platform.run('openssl', [...options, '-subj', `/CN=${name}`, '-keyout', key, '-out', publicFile]);
  if (made.code !== 0) throw new Error(`openssl: ${said(made)}`);
  const certificate = await readFile(publicFile, 'utf8');
  await writeFile(file, `${await readFile(key, 'utf8')}\n${certificate}`, { mode: 0o600 });
  const { raw, fingerprint256 } = new X509Certificate(certificate);
  return {
    file,
    publicFile,
    thumbprint: createHash('sha1').update(raw).digest('hex'),
    thumbprintSha256: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
};

const audience = 'api://AzureADTokenExchange';
const vaultApi = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093';

/** Changes one character in the middle of the signature. */
const forge = (token: string): string => {
  const at = token.length - 100;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};

const buildWorld = async (platform: Platform): Promise<World> => {
  /** Runs az with the words of `line` and then `more`, which may hold spaces. */
  const az = async (line: string, ...more: string[]): Promise<string> => {
    const result = await platform.az(...line.split(' '), ...more);
    if (result.code !== 0) throw new Error(`az ${line}: ${said(result)}`);
    return result.stdout.trim();
  };
  const login = await platform.podpass('login');
  if (login.code !== 0) throw new Error(said(login));
  const suffix = randomHex(3);
  const group = `sdks-${suffix}`;
  const edge = await openEdge(platform.data);
  const file = (name: string) => path.join(platform.data, name);

  await az(`group create -n ${group} -l westeurope`);
  const cluster = `-g ${group} -n cluster-${suffix}`;
  await az(`aks create ${cluster} --node-count 1 --generate-ssh-keys --enable-oidc-issuer --enable-workload-identity`);
  const issuer = await az(`aks show ${cluster} --query oidcIssuerProfile.issuerUrl -o tsv`);
  await az(`aks get-credentials ${cluster}`);
  const serviceAccountToken = async (account: string): Promise<string> => {
    await platform.kubectl('create', 'serviceaccount', account);
    const token = await platform.kubectl('create', 'token', account, '--audience', audience, '--duration', '1h');
    if (token.code !== 0) throw new Error(said(token));
    return token.stdout.trim();
  };
  const good = await serviceAccountToken('matrix');
  const written = { good, other: await serviceAccountToken('other'), forged: forge(good) };
  // Projected tokens end with a line feed only when somebody wrote them so; clients must cope, and so must the service.
  for (const [name, token] of Object.entries(written)) await writeFile(file(`token-${name}`), `${token}\n`, { mode: 0o600 });

  const subject = 'system:serviceaccount:default:matrix';
  const [clientId = '', principalId = ''] = (await az(`identity create -g ${group} -n matrix --query [clientId,principalId] -o tsv`)).split(
    /\s+/,
  );
  await az(
    `identity federated-credential create -g ${group} --identity-name matrix --name matrix --issuer ${issuer} --subject ${subject} --audience ${audience}`,
  );

  const appId = await az(`ad app create --display-name matrix-${suffix} --query appId -o tsv`);
  await az(`ad app update --id ${appId} --identifier-uris api://${appId}`);
  // A token for one's own API through the Azure CLI needs the CLI to be authorised beforehand, as on Azure.
  const scope = {
    id: newGuid(),
    value: 'use',
    type: 'User',
    adminConsentDisplayName: 'Use',
    adminConsentDescription: 'Use',
    isEnabled: true,
  };
  const api = (more: object) =>
    az(`rest --method patch --url https://graph.microsoft.com/v1.0/applications(appId='${appId}') --body`, JSON.stringify({ api: more }));
  await api({ oauth2PermissionScopes: [scope] });
  await api({ preAuthorizedApplications: [{ appId: azureCli, delegatedPermissionIds: [scope.id] }] });
  const objectId = await az(`ad sp create --id ${appId} --query id -o tsv`);
  const secret = await az(`ad app credential reset --id ${appId} --query password -o tsv`);
  const certificate = await makeCertificate(platform, 'matrix');
  await az(`ad app credential reset --id ${appId} --append --cert`, `@${certificate.publicFile}`);
  const parameters = JSON.stringify({ name: 'matrix', issuer, subject, audiences: [audience] });
  await az(`ad app federated-credential create --id ${appId} --parameters`, parameters);
  await az(`ad app permission grant --id ${appId} --api ${vaultApi} --scope user_impersonation`);

  const { userPrincipalName, password } = platform.admin;
  return {
    platform,
    edge,
    identity: { clientId, principalId },
    application: { clientId: appId, objectId, secret },
    user: {
      name: userPrincipalName,
      password,
      objectId: await az('ad signed-in-user show --query id -o tsv'),
    },
    tokens: { good: file('token-good'), other: file('token-other'), forged: file('token-forged') },
    certificate,
    stranger: await makeCertificate(platform, 'stranger'),
    userAssertion: await userTokenFor(edge, platform, `api://${appId}/.default`),
  };
};

export const createWorld = (): Promise<World> => onPlatform('sdks', buildWorld);

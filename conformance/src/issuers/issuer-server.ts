import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { randomHex } from '@podpass/kernel';
import { run } from '@podpass/tools';

/** What a foreign issuer's server does with a request; the tests swap it to make the issuer misbehave. */
type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A small OIDC issuer of a test's own, with its own certificate authority, as a CI system or SPIRE would run one. */
export interface TestIssuer extends AsyncDisposable {
  /** The issuer URL. */
  readonly url: string;
  /** PEM file and text of the authority that vouches for its TLS. */
  readonly caFile: string;
  readonly ca: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Replaces what answers; undefined is the good behaviour. */
  behave(behaviour: Behaviour | undefined): void;
  /** A new key signs from now on; only it is published. */
  rotate(): void;
  /** A token of this issuer with claims and header members over the usual ones. */
  token(claims?: object, header?: object): string;
}

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

const newKey = (): Key => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomHex(8);
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
};

/** A certificate authority and a certificate for loopback, made by openssl. */
const makeCertificates = async (folder: string, name: string) => {
  const file = (end: string) => path.join(folder, `${name}.${end}`);
  const commands = [
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name}-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -keyout ${file('ca.key')} -out ${file('ca.pem')}`,
    `req -newkey rsa:2048 -nodes -subj /CN=${name} -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${file('key')} -out ${file('csr')}`,
    `x509 -req -days 2 -in ${file('csr')} -CA ${file('ca.pem')} -CAkey ${file('ca.key')} -copy_extensions copy -out ${file('crt')}`,
  ];
  for (const command of commands) {
    const result = await run('openssl', command.split(' '));
    if (result.code !== 0) throw new Error(`openssl: ${result.stderr}`);
  }
  return {
    caFile: file('ca.pem'),
    ca: await readFile(file('ca.pem'), 'utf8'),
    cert: await readFile(file('crt')),
    key: await readFile(file('key')),
  };
};

const json = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=1' }).end(JSON.stringify(body));
};

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts an issuer on loopback. `issuerPath` is the path of its URL: CI systems have none, others serve many issuers from one host. */
export const startIssuer = async (folder: string, issuerPath = ''): Promise<TestIssuer> => {
  const { caFile, ca, cert, key: tlsKey } = await makeCertificates(folder, `issuer-${randomHex(4)}`);
  const asked: string[] = [];
  let key = newKey();
  let behaviour: Behaviour | undefined;
  let url = '';
  const good: Behaviour = (request, response) => {
    if (request.url === `${issuerPath}/.well-known/openid-configuration`) return json(response, { issuer: url, jwks_uri: `${url}/keys` });
    if (request.url === `${issuerPath}/keys`) return json(response, { keys: [key.jwk] });
    response.writeHead(404).end();
  };
  const server = createServer({ cert, key: tlsKey }, (request, response) => {
    asked.push(request.url ?? '');
    (behaviour ?? good)(request, response);
  });
  url = `https://127.0.0.1:${await listen(server)}${issuerPath}`;
  return {
    url,
    caFile,
    ca,
    asked,
    behave: (next) => void (behaviour = next),
    rotate: () => void (key = newKey()),
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: url, aud: 'api://AzureADTokenExchange', iat: now, nbf: now, exp: now + 600 };
      const signed = `${segment({ alg: 'RS256', typ: 'JWT', kid: key.kid, ...header })}.${segment({ ...usual, ...claims })}`;
      return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

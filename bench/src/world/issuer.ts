import { createServer } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressInfo, Server } from 'node:net';
import { createCertificateAuthority, generateSigningKey, signJwt } from '@podpass/crypto';
import { createClock, newGuid } from '@podpass/kernel';

/** An OpenID Connect issuer on loopback, as an operator would register it with the platform. */
export interface Issuer {
  readonly url: string;
  /** The certificate that vouches for its TLS, PEM. */
  readonly ca: string;
  /** A new assertion about `subject` for the token exchange, valid for two hours. */
  assertion(subject: string): Promise<string>;
  close(): Promise<void>;
}

export const exchangeAudience = 'api://AzureADTokenExchange';

const clock = createClock();
const lifetime = 2 * 3600;

const serverCertificate = async () => {
  const authority = await createCertificateAuthority({ commonName: 'bench issuer', permittedDns: [], clock, days: 2 });
  const { certificate, privateKey } = await authority.issueServer({ dns: [], ips: ['127.0.0.1'] });
  return { ca: authority.certificate, cert: certificate, key: privateKey };
};

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

const closing = (server: Server, after: () => void) => (): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    after();
  });

const issuing = async (url: string) => {
  const key = await generateSigningKey();
  const assertion = (sub: string): Promise<string> => {
    const now = clock.seconds();
    return signJwt(key, { claims: { iss: url, sub, aud: exchangeAudience, jti: newGuid(), iat: now, nbf: now, exp: now + lifetime } });
  };
  return { key, assertion };
};

/** Serves metadata and keys (OpenID Connect Discovery 1.0, 4), to be kept for five minutes. */
export const startIssuer = async (): Promise<Issuer> => {
  const { ca, cert, key: tlsKey } = await serverCertificate();
  const documents = new Map<string, string>();
  const server = createServer({ cert, key: tlsKey }, (request, response) => {
    const document = documents.get(request.url ?? '');
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json', 'cache-control': 'max-age=300' });
    response.end(document ?? '{}');
  });
  const url = await listen(server);
  const { key, assertion } = await issuing(url);
  documents.set('/.well-known/openid-configuration', JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
  documents.set('/keys', JSON.stringify({ keys: [key.publicJwk] }));
  return { url, ca, assertion, close: closing(server, () => server.closeAllConnections()) };
};

/** Takes connections and requests, and never answers one. */
export const startHangingIssuer = async (): Promise<Issuer> => {
  const { ca, cert, key } = await serverCertificate();
  const sockets = new Set<{ destroy(): void }>();
  const server = createTlsServer({ cert, key }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  const url = await listen(server);
  const { assertion } = await issuing(url);
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { url, ca, assertion, close: closing(server, cutAll) };
};

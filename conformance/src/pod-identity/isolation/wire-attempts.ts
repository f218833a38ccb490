import { ask, home, metadataAddress, tokenPath, type Scene, type Step } from './scene.ts';

/** What a pod to which nothing is bound tries, and how it is refused. */
export interface Attempt {
  readonly step: (scene: Known) => Omit<Step, 'name'>;
  /** The status of the answer, or what the system says of a connection to which nobody listens. */
  readonly refused: number | RegExp;
  /** What the answer says. */
  readonly says?: RegExp;
  /** The reasons in the audit lines; none where no server ever sees the attempt. */
  readonly audited: readonly string[];
}

/** What an attacker may know: everything but a secret. */
export interface Known extends Pick<Scene, 'identity'> {
  readonly kubeletClientId: string;
  readonly kubeletObjectId: string;
  readonly victimIp: string;
  readonly nodeIp: string;
  readonly otherNodeIp: string;
  readonly controlPort: number;
  readonly proxyPort: number;
  readonly tlsPort: number;
  readonly tenantId: string;
}

type Options = Parameters<typeof ask>[1];

const toMetadata = (send: string) => ({ to: [metadataAddress, 80] as const, send });
const asking = (target: string, options?: Options) => toMetadata(ask(target, options));
const noIdentity = { refused: 404, says: /no azure identity found for request clientID/, audited: ['no-identity'] } as const;
const blocked = { refused: 400, says: /Invalid request/, audited: ['blocked-path'] } as const;
const malformed = { refused: 400, audited: ['malformed-request'] } as const;
/** Nobody listens there, so that nobody can write it down. */
const nobodyThere = { refused: /ConnectionRefused|TimeoutError|timed out|unreachable|No route/, audited: [] } as const;

const bare = tokenPath.slice('/metadata'.length);
const victims = { podns: home, podname: 'victim' };
const at = (host: string, port: number, target = tokenPath) => ({ to: [host, port] as const, send: ask(target) });

const names: Readonly<Record<string, Attempt>> = {
  'naming nothing, for the default of the machine': { step: () => asking(tokenPath), ...noIdentity },
  'the client id': { step: ({ identity }) => asking(`${tokenPath}&client_id=${identity.clientId}`), ...noIdentity },
  'the client id in upper case': {
    step: ({ identity }) => asking(`${tokenPath}&client_id=${identity.clientId.toUpperCase()}`),
    ...noIdentity,
  },
  'the client id behind another one': {
    step: ({ identity }) => asking(`${tokenPath}&client_id=none&client_id=${identity.clientId}`),
    ...noIdentity,
  },
  'the resource id': { step: ({ identity }) => asking(`${tokenPath}&msi_res_id=${encodeURIComponent(identity.id)}`), ...noIdentity },
  'the resource id by its other name, in another case': {
    step: ({ identity }) => asking(`${tokenPath}&mi_res_id=${encodeURIComponent(identity.id.toUpperCase())}`),
    ...noIdentity,
  },
  'the object id': { step: ({ identity }) => asking(`${tokenPath}&object_id=${identity.principalId}`), ...noIdentity },
  'the client id of the machine’s own identity': {
    step: ({ kubeletClientId }) => asking(`${tokenPath}&client_id=${kubeletClientId}`),
    ...noIdentity,
  },
  'the object id of the machine’s own identity': {
    step: ({ kubeletObjectId }) => asking(`${tokenPath}&object_id=${kubeletObjectId}`),
    ...noIdentity,
  },
};

const headers: Readonly<Record<string, Attempt>> = {
  'forged podns and podname headers': { step: () => asking(tokenPath, { headers: victims }), ...noIdentity },
  'X-Forwarded-For with the address of the victim': {
    step: ({ victimIp }) => asking(tokenPath, { headers: { 'X-Forwarded-For': victimIp } }),
    refused: 400,
    says: /X-Forwarded-For/,
    audited: ['forwarded'],
  },
  'Forwarded, X-Real-IP and the like': {
    step: ({ victimIp }) =>
      asking(tokenPath, {
        headers: { Forwarded: `for=${victimIp}`, 'X-Real-IP': victimIp, 'X-Client-IP': victimIp, 'True-Client-IP': victimIp },
      }),
    ...noIdentity,
  },
  'another host name': { step: ({ victimIp }) => asking(tokenPath, { host: victimIp }), ...noIdentity },
  'no metadata header': {
    step: () => asking(tokenPath, { metadata: '' }),
    refused: 400,
    says: /Required metadata header not specified/,
    audited: ['no-metadata-header'],
  },
  'another method': { step: () => asking(tokenPath, { method: 'POST' }), refused: 405, audited: ['method'] },
  'a method override': {
    step: () =>
      asking(tokenPath, { headers: { 'X-HTTP-Method-Override': 'HEAD', 'X-Original-URL': tokenPath, 'X-Rewrite-URL': tokenPath } }),
    ...noIdentity,
  },
  '/host/token with forged headers': {
    step: () => asking('/host/token?resource=r', { headers: victims }),
    refused: 500,
    says: /request remote address is not from a host/,
    audited: ['not-from-host'],
  },
  '/host/token with a host header of the node itself': {
    step: () => asking('/host/token?resource=r', { headers: victims, host: '127.0.0.1:2579' }),
    refused: 500,
    says: /not from a host/,
    audited: ['not-from-host'],
  },
};

const targets: Readonly<Record<string, Attempt>> = {
  'an absolute target': { step: () => asking(`http://${metadataAddress}${tokenPath}`), ...noIdentity },
  'an absolute target at another host': { step: ({ victimIp }) => asking(`http://${victimIp}${tokenPath}`), ...noIdentity },
  'a back-slash': { step: () => asking(tokenPath.replace('/oauth2', String.raw`\oauth2`)), ...blocked },
  'back-slashes throughout': { step: () => asking(String.raw`/metadata\identity\oauth2\token?resource=r`), ...blocked },
  'a double slash': { step: () => asking(`/${tokenPath}`), ...blocked },
  'a double slash within': { step: () => asking(tokenPath.replace('/oauth2/', '/oauth2//')), ...blocked },
  'dot segments': { step: () => asking(`/metadata/instance/../${bare.slice(1)}`), ...blocked },
  'a single dot': { step: () => asking(`/metadata/.${bare}`), ...blocked },
  'an encoded slash': { step: () => asking(tokenPath.replace('oauth2/token', 'oauth2%2Ftoken')), ...noIdentity },
  'an encoded letter': { step: () => asking(tokenPath.replace('oauth2', '%6Fauth2')), ...noIdentity },
  'double encoding': { step: () => asking(tokenPath.replace('oauth2/token', 'oauth2%252Ftoken')), ...blocked },
  'encoded dot segments': { step: () => asking(`/metadata/instance/%2e%2e${bare}`), ...blocked },
  'a parameter in the path': { step: () => asking(tokenPath.replace('/oauth2', ';x=y/oauth2')), ...blocked },
  'the first segment in upper case': { step: () => asking(tokenPath.replace('metadata', 'METADATA')), ...noIdentity },
  'every segment in upper case': {
    step: () => asking(tokenPath.replace('/metadata/identity/oauth2/token', '/METADATA/IDENTITY/OAUTH2/TOKEN')),
    ...blocked,
  },
  'something behind the path': { step: () => asking(tokenPath.replace('?', '/victim?')), ...noIdentity },
  '/host/token behind dot segments': {
    step: () => asking('/metadata/../host/token?resource=r', { headers: victims }),
    ...blocked,
  },
};

const protocol: Readonly<Record<string, Attempt>> = {
  'HTTP/1.0': { step: () => asking(tokenPath, { version: '1.0' }), ...noIdentity },
  'a second request behind the first': {
    step: ({ identity }) =>
      toMetadata(
        ask(tokenPath).replace('Connection: close', 'Connection: keep-alive') +
          ask(`${tokenPath}&client_id=${identity.clientId}`, { headers: victims }),
      ),
    ...noIdentity,
    audited: ['no-identity', 'no-identity'],
  },
  'a second request hidden in the body of the first': {
    step: () =>
      toMetadata(
        ask('/metadata/instance?api-version=2021-02-01', { headers: { 'Content-Length': '4', 'Transfer-Encoding': 'chunked' } }) +
          `0\r\n\r\n${ask(tokenPath, { headers: victims })}`,
      ),
    ...malformed,
  },
  'oversized headers': {
    step: () => asking(tokenPath, { headers: { 'X-Long': 'x'.repeat(20_000) } }),
    refused: 431,
    audited: ['oversized-request'],
  },
  'a header that is broken in two': {
    step: () => toMetadata(ask(tokenPath).replace('Metadata: true', 'Metadata: true\r\n podname: victim')),
    ...malformed,
  },
  'two host headers': { step: () => asking(tokenPath, { headers: { host: 'victim' } }), ...noIdentity },
  'bytes that are no HTTP': { step: () => toMetadata('\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n'), ...malformed },
  'CONNECT to the metadata address': {
    step: () => asking(`${metadataAddress}:80`, { method: 'CONNECT' }),
    refused: 405,
    audited: ['connect'],
  },
  'an upgrade': {
    step: () =>
      toMetadata(
        ask(tokenPath).replace(
          'Connection: close',
          'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk',
        ),
      ),
    ...noIdentity,
  },
};

/** Ways past the metadata address. */
const around: Readonly<Record<string, Attempt>> = {
  'NMI’s own port at the metadata address': { step: () => at(metadataAddress, 2579), ...nobodyThere },
  'NMI’s own port at the node': { step: ({ nodeIp }) => at(nodeIp, 2579), ...nobodyThere },
  'NMI’s own port at another node': { step: ({ otherNodeIp }) => at(otherNodeIp, 2579), ...nobodyThere },
  'NMI’s own port at 127.0.0.1': { step: () => at('127.0.0.1', 2579), ...nobodyThere },
  'the address of the node': { step: ({ nodeIp }) => at(nodeIp, 80), ...nobodyThere },
  'the address of another node': { step: ({ otherNodeIp }) => at(otherNodeIp, 80), ...nobodyThere },
  '127.0.0.1': { step: () => at('127.0.0.1', 80), ...nobodyThere },
  'the address of the victim': { step: ({ victimIp }) => at(victimIp, 80), ...nobodyThere },
  'the platform’s address': { step: () => at('168.63.129.16', 80), ...nobodyThere },
  'the platform’s control port at 127.0.0.1': { step: ({ controlPort }) => at('127.0.0.1', controlPort, '/status'), ...nobodyThere },
  'the platform’s control port at the node': { step: ({ controlPort, nodeIp }) => at(nodeIp, controlPort, '/status'), ...nobodyThere },
  'the platform’s control port at the platform’s address': {
    step: ({ controlPort }) => at('168.63.129.16', controlPort, '/status'),
    ...nobodyThere,
  },
  'the platform’s proxy with CONNECT': {
    step: ({ proxyPort }) => ({ to: ['168.63.129.16', proxyPort], send: ask(`${metadataAddress}:80`, { method: 'CONNECT' }) }),
    ...nobodyThere,
  },
  'the proxy of pods with an absolute target': {
    step: () => ({ to: ['168.63.129.16', 3128], send: ask(`http://${metadataAddress}${tokenPath}`) }),
    ...nobodyThere,
  },
  'the platform’s TLS port in the name of the metadata address': {
    step: () => ({ to: ['168.63.129.16', 443], tls: 'management.azure.com', send: ask(tokenPath) }),
    refused: 421,
    audited: [],
  },
  'the metadata address as an IPv6 address': { step: () => at('::ffff:169.254.169.254', 80), ...noIdentity },
  'the metadata address of other clouds': {
    step: () => at('fd00:ec2::254', 80),
    ...nobodyThere,
    refused: /OSError|unreachable|not available/,
  },
  '::1': { step: () => at('::1', 2579), ...nobodyThere, refused: /OSError|ConnectionRefused|not available/ },
};

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const assertion = 'client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={token}';

/** Other doors. */
const elsewhere: Readonly<Record<string, Attempt>> = {
  'the own service account token as an assertion for the identity': {
    step: ({ identity, tenantId }) => ({
      to: ['login.microsoftonline.com', 443],
      tls: 'login.microsoftonline.com',
      send: ask(`/${tenantId}/oauth2/v2.0/token`, { method: 'POST', host: 'login.microsoftonline.com', headers: form }).slice(0, -2),
      body: `grant_type=client_credentials&client_id=${identity.clientId}&scope=https%3A%2F%2Fvault.azure.net%2F.default&${assertion}`,
    }),
    refused: 401,
    says: /AADSTS7000226/,
    audited: ['AADSTS7000226'],
  },
};

/** Every attempt of a pod to which nothing is bound. */
export const wireAttempts: Readonly<Record<string, Readonly<Record<string, Attempt>>>> = {
  'by naming the identity': names,
  'by what the request says of itself': headers,
  'by another target': targets,
  'by the protocol': protocol,
  'around the metadata address': around,
  'by another service': elsewhere,
};

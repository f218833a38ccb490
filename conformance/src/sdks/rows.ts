import { azureCli } from '../wire/azure.ts';
import type { World } from './world.ts';

/** What a row must end with: a token with these claims, or an error that holds one of these texts. */
type Expected = { readonly claims: Readonly<Record<string, unknown>> } | { readonly error: string | readonly string[] };

/** One row of the matrix: what the program is given, and what must come of it. */
export interface MatrixRow {
  readonly input: Readonly<Record<string, string>> & {
    readonly id: string;
    readonly library: 'identity' | 'msal';
    readonly credential: string;
  };
  readonly expected: Expected;
  /** For device codes: what the user decides. */
  readonly decision?: 'approve' | 'decline';
}

type Parts = Readonly<Record<string, string>>;

/** The names of one way to sign in: as azure-identity calls it, and as MSAL does. */
interface Way {
  readonly identity?: string;
  readonly msal?: string;
  rows(
    world: World,
  ): readonly { readonly what: string; readonly parts: Parts; readonly expected: Expected; readonly decision?: 'approve' | 'decline' }[];
}

const ways: readonly Way[] = [
  {
    identity: 'WorkloadIdentityCredential',
    rows: ({ identity: { clientId, principalId }, tokens }) => [
      {
        what: 'of a pod',
        parts: { clientId, tokenFile: tokens.good },
        expected: { claims: { oid: principalId, appid: clientId, appidacr: '2' } },
      },
      { what: 'of another pod', parts: { clientId, tokenFile: tokens.other }, expected: { error: 'AADSTS700213' } },
    ],
  },
  {
    identity: 'ClientSecretCredential',
    msal: 'client secret',
    rows: ({ application: { clientId, objectId, secret } }) => [
      { what: 'right', parts: { clientId, secret }, expected: { claims: { oid: objectId, appid: clientId, appidacr: '1' } } },
      { what: 'wrong', parts: { clientId, secret: `${secret}x` }, expected: { error: 'AADSTS7000215' } },
    ],
  },
  {
    identity: 'ClientCertificateCredential',
    msal: 'client certificate',
    rows: ({ application: { clientId, objectId }, certificate, stranger }) => {
      const parts = ({ file, publicFile, thumbprint, thumbprintSha256 }: typeof certificate): Parts => ({
        clientId,
        certificate: file,
        publicCertificate: publicFile,
        thumbprint,
        thumbprintSha256,
      });
      return [
        { what: 'registered', parts: parts(certificate), expected: { claims: { oid: objectId, appid: clientId, appidacr: '2' } } },
        { what: 'of a stranger', parts: parts(stranger), expected: { error: 'AADSTS700027' } },
      ];
    },
  },
  {
    identity: 'ClientAssertionCredential',
    msal: 'client assertion',
    rows: ({ application: { clientId, objectId }, tokens }) => [
      {
        what: 'genuine',
        parts: { clientId, tokenFile: tokens.good },
        expected: { claims: { oid: objectId, appid: clientId, appidacr: '2' } },
      },
      { what: 'forged', parts: { clientId, tokenFile: tokens.forged }, expected: { error: 'AADSTS700027' } },
    ],
  },
  {
    identity: 'DefaultAzureCredential',
    rows: ({ identity: { principalId } }) => [{ what: 'in a pod', parts: {}, expected: { claims: { oid: principalId } } }],
  },
  {
    identity: 'DeviceCodeCredential',
    msal: 'device code',
    rows: ({ user: { objectId } }) => [
      {
        what: 'approved',
        parts: { clientId: azureCli },
        expected: { claims: { oid: objectId, scp: 'user_impersonation' } },
        decision: 'approve',
      },
      {
        what: 'declined',
        parts: { clientId: azureCli }, // The SDK for Go keeps the server's words to itself.
        expected: { error: ['declined', 'DeviceCodeCredential authentication failed'] },
        decision: 'decline',
      },
    ],
  },
  {
    identity: 'UsernamePasswordCredential',
    msal: 'username and password',
    rows: ({ user: { name, password, objectId } }) => [
      {
        what: 'right',
        parts: { clientId: azureCli, username: name, password },
        expected: { claims: { oid: objectId, scp: 'user_impersonation' } },
      },
      { what: 'wrong', parts: { clientId: azureCli, username: name, password: `${password}x` }, expected: { error: 'AADSTS50126' } },
    ],
  },
  {
    identity: 'OnBehalfOfCredential',
    msal: 'on behalf of',
    rows: ({ application: { clientId, secret }, user: { objectId }, userAssertion }) => [
      {
        what: 'of a user',
        parts: { clientId, secret, userAssertion },
        expected: { claims: { oid: objectId, appid: clientId, scp: 'user_impersonation' } },
      },
      { what: 'without the secret', parts: { clientId, secret: 'x', userAssertion }, expected: { error: 'AADSTS7000215' } },
    ],
  },
];

/** The rows of a library. */
export const matrixRows = (world: World, library: 'identity' | 'msal'): readonly MatrixRow[] =>
  ways.flatMap((way) => {
    const credential = way[library];
    if (credential === undefined) return [];
    return way.rows(world).map(({ what, parts, expected, ...rest }) => ({
      input: { ...parts, id: `${credential}, ${what}`, library, credential },
      expected,
      ...rest,
    }));
  });

import { fail as armFail, operation } from '@podpass/arm';
import { credentialBody, requireParent } from './credential.ts';
import { fail } from './errors.ts';
import { paths } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read' } as const;

export const credentialGet = operation({
  name: 'FederatedIdentityCredentials_Get',
  method: 'GET',
  path: paths.credential,
  access: read,
  handler: async (request) => {
    const identity = requireParent(request);
    const name = request.param('federatedIdentityCredentialResourceName');
    const credential = request.arm.directory.federatedCredentials.get(identity.tenantId, identity.state.principalId, name);
    if (credential === undefined) throw fail('CredentialNotFound', { name, identity: identity.id });
    return { status: 200, body: credentialBody(identity, credential) };
  },
});

const pageNumber = (text: string | null, name: string): number | undefined => {
  if (text === null) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw armFail('InvalidRequestContent', { problem: `${name} is not a number` });
  return Number(text);
};

/** All credentials of an identity in order of names; `$top` and `$skiptoken` page through them. */
export const credentialsList = operation({
  name: 'FederatedIdentityCredentials_List',
  method: 'GET',
  path: paths.credentials,
  access: read,
  handler: async (request) => {
    const identity = requireParent(request);
    const all = request.arm.directory.federatedCredentials.list(identity.tenantId, identity.state.principalId);
    const top = pageNumber(request.query.get('$top'), '$top');
    const skip = pageNumber(request.query.get('$skiptoken'), '$skiptoken') ?? 0;
    const end = top === undefined || top === 0 ? all.length : skip + top;
    const next = new URLSearchParams({ 'api-version': request.apiVersion, $top: String(top), $skiptoken: String(end) });
    return {
      status: 200,
      body: {
        value: all.slice(skip, end).map((credential) => credentialBody(identity, credential)),
        ...(end < all.length ? { nextLink: `${request.origin}${request.path}?${next.toString()}` } : {}),
      },
    };
  },
});

import type { CredentialOwner } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { contextUrl } from '../../entities.ts';
import { GraphError } from '../../errors.ts';
import { shownSecret } from '../../kinds/credentials.ts';
import { json, noContent, type GraphRequest } from '../../request.ts';
import { readBody, readOptionalBody } from '../../body.ts';
import { readNewSecret } from './reading/password-credentials.ts';
import { demanded, guid, record } from '../../values.ts';

const resources = { application: 'Application', servicePrincipal: 'ServicePrincipal' } as const;

const ownerOf = ({ caller, keys }: GraphRequest, kind: CredentialOwner['kind']): CredentialOwner => ({
  tenantId: caller.tenantId,
  kind,
  id: keys['id'] ?? '',
});

/**
 * `POST …/{id}/addPassword`: makes a secret. Its text is in this answer and nowhere else.
 * https://learn.microsoft.com/graph/api/application-addpassword , https://learn.microsoft.com/graph/api/serviceprincipal-addpassword
 */
export const addPassword =
  (kind: CredentialOwner['kind']) =>
  async (request: GraphRequest): Promise<Answer> => {
    const { directory, exchange, clock } = request;
    const sent = readOptionalBody(exchange);
    const { passwordCredential } = record<{ passwordCredential: unknown }>({ passwordCredential: (value) => value })(sent, {
      resource: resources[kind],
      property: '',
    });
    const place = { resource: 'PasswordCredential', property: 'passwordCredential' };
    const made = await directory.credentials.addSecret(
      ownerOf(request, kind),
      readNewSecret(passwordCredential ?? null, place, clock.date()),
    );
    return json(request, { '@odata.context': contextUrl(exchange.authority, 'microsoft.graph.passwordCredential'), ...shownSecret(made) });
  };

/** `POST …/{id}/removePassword`. https://learn.microsoft.com/graph/api/application-removepassword */
export const removePassword =
  (kind: CredentialOwner['kind']) =>
  async (request: GraphRequest): Promise<Answer> => {
    const { keyId } = record<{ keyId: string }>({ keyId: guid })(readBody(request.exchange), { resource: resources[kind], property: '' });
    const id = demanded(keyId, { resource: resources[kind], property: 'keyId' });
    if (!(await request.directory.credentials.removeSecret(ownerOf(request, kind), id))) throw new GraphError('unknownCredential', { id });
    return noContent(request);
  };

/** `addKey` and `removeKey` need a proof signed with a present key; keys are replaced by PATCH instead, as the Azure CLI does. */
export const keyAction = (name: 'addKey' | 'removeKey') => (): never => {
  throw new GraphError('notOffered', { what: `${name} (a proof of possession); use PATCH with keyCredentials` });
};

import type { FederatedCredential } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { federatedCredentialKind } from '../../kinds/federated-credential.ts';
import { created, noContent, type GraphRequest } from '../../request.ts';
import { demanded } from '../../values.ts';
import { credentialBody, type CredentialBody } from './body.ts';
import { applicationIdOf, credentialOf } from './read-credentials.ts';
import { refusing } from './refusals.ts';

const required = (property: keyof CredentialBody) => ({ resource: 'FederatedIdentityCredential', property });

type Draft = Pick<FederatedCredential, 'name' | 'issuer' | 'audiences'> &
  Partial<Pick<CredentialBody, 'subject' | 'claimsMatchingExpression' | 'description'>>;

type Manner = { readonly createOnly: true } | { readonly replaces: string };

const put = async (request: GraphRequest, draft: Draft, manner: Manner): Promise<FederatedCredential> => {
  const { directory, caller } = request;
  const principalId = applicationIdOf(request);
  const { name, issuer, audiences, subject, claimsMatchingExpression, description } = draft;
  const { credential } = await refusing({ applicationId: principalId, issuer, subject }, () =>
    directory.federatedCredentials.put({
      tenantId: caller.tenantId,
      principalId,
      name,
      issuer,
      audiences,
      ...manner,
      ...(subject === undefined ? {} : { subject }),
      ...(claimsMatchingExpression === undefined ? {} : { claimsMatchingExpression }),
      ...(description === undefined || description === '' ? {} : { description }),
    }),
  );
  return credential;
};

/** https://learn.microsoft.com/graph/api/application-post-federatedidentitycredentials */
export const createCredential = async (request: GraphRequest): Promise<Answer> => {
  const application = applicationIdOf(request);
  const { name, issuer, audiences, ...further } = credentialBody(readBody(request.exchange));
  const draft: Draft = {
    ...further,
    name: demanded(name, required('name')),
    issuer: demanded(issuer, required('issuer')),
    audiences: demanded(audiences, required('audiences')),
  };
  return created(request, federatedCredentialKind(application), await put(request, draft, { createOnly: true }));
};

/** The name stays; a subject takes the place of an expression and the reverse. https://learn.microsoft.com/graph/api/federatedidentitycredential-update */
export const updateCredential = async (request: GraphRequest): Promise<Answer> => {
  const present = credentialOf(request);
  const body = credentialBody(readBody(request.exchange));
  if (body.name !== undefined && body.name !== present.name) throw new GraphError('readOnly', { property: 'name' });
  const draft: Draft = {
    name: present.name,
    issuer: body.issuer ?? present.issuer,
    audiences: body.audiences ?? present.audiences,
    subject: 'subject' in body ? body.subject : body.claimsMatchingExpression ? undefined : present.subject,
    claimsMatchingExpression:
      'claimsMatchingExpression' in body
        ? body.claimsMatchingExpression
        : body.subject === undefined
          ? present.claimsMatchingExpression
          : undefined,
    description: 'description' in body ? body.description : present.description,
  };
  // Only this one: an update must not bring back what somebody deletes at this moment.
  await put(request, draft, { replaces: present.id });
  return noContent(request);
};

/** https://learn.microsoft.com/graph/api/federatedidentitycredential-delete */
export const deleteCredential = async (request: GraphRequest): Promise<Answer> => {
  const { name } = credentialOf(request);
  await request.directory.federatedCredentials.delete(request.caller.tenantId, applicationIdOf(request), name);
  return noContent(request);
};

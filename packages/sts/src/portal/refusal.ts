/** Why the portal's service refuses; the client sees the sentence. */
export const refusals = {
  token: { status: 401, sentence: 'The access token is missing, expired or not meant for this service.' },
  path: { status: 404, sentence: 'Podpass serves only POST /api/RegisteredApplications/{appId}/Consent?onBehalfOfAll=true of this host.' },
  method: { status: 405, sentence: 'Consent is given with POST.' },
  forAll: { status: 400, sentence: 'Podpass serves consent on behalf of all users only: onBehalfOfAll=true.' },
  user: { status: 403, sentence: 'Only a signed-in user of the tenant can consent on behalf of all users; a service principal cannot.' },
  caller: { status: 403, sentence: "Only Microsoft's own clients, such as the Azure CLI, may call this service." },
  application: { status: 404, sentence: 'The tenant has no application with this id.' },
  rights: { status: 403, sentence: 'The user holds no directory role that may consent to all that the application asks for.' },
  resource: { status: 400, sentence: 'The application asks for a resource that the tenant does not know.' },
  request: { status: 400, sentence: 'The request is malformed or too large.' },
  internal: { status: 500, sentence: 'An error occurred.' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly sentence: string }>>;

export type RefusalReason = keyof typeof refusals;

export class PortalRefusal extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason) {
    super(refusals[reason].sentence);
    this.reason = reason;
  }
}

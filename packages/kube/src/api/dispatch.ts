import type { Answer, Exchange } from '@podpass/http';
import { isKernelError } from '@podpass/kernel';
import { nodeOf } from '../admission/node-restriction.ts';
import { impersonate } from '../authn/impersonate.ts';
import type { UserInfo } from '../authn/user.ts';
import { forbid } from '../authz/forbid.ts';
import type { Action } from '../authz/rules.ts';
import type { ClusterContext } from '../cluster/context.ts';
import { errors, statusOfError, StatusError } from '../errors.ts';
import { readRequest, type RequestInfo } from '../request/info.ts';
import { requireReferenced } from '../authz/node.ts';
import { bodyLimit, mediaTypes } from '../wire.ts';
import type { ApiCall, ResourceCall } from './call.ts';
import { findOperation, refusedSubresources } from './operations.ts';
import { answerPath } from './paths.ts';

/** The answer for an error, as a Status. */
export const statusAnswer = (error: StatusError): Answer => ({
  status: error.code,
  headers: {
    'Content-Type': mediaTypes.json,
    'Cache-Control': 'no-cache, private',
    ...(error.code === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(error.details?.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.details.retryAfterSeconds) }),
  },
  body: JSON.stringify(statusOfError(error)),
});

/** A collection from which a field selector takes one object by name counts as that object, so that rules with resourceNames apply. */
const selectedName = (query: URLSearchParams): string => /^metadata\.name==?([^,=!\\]+)$/.exec(query.get('fieldSelector') ?? '')?.[1] ?? '';

const actionOf = (info: RequestInfo, query: URLSearchParams): Action => {
  const { resource } = info;
  const none = { group: '', resource: '', subresource: '', namespace: '', name: '' };
  if (resource === undefined) return { ...none, verb: info.verb, path: info.path };
  const { group, resource: plural, subresource, namespace } = resource;
  const several = info.verb === 'list' || info.verb === 'watch' || info.verb === 'deletecollection';
  const name = resource.name === '' && several ? selectedName(query) : resource.name;
  return {
    verb: info.verb,
    group,
    resource: plural,
    subresource,
    namespace: plural === 'namespaces' && group === '' ? name : namespace,
    name,
  };
};

const mayDo = (cluster: ClusterContext, user: UserInfo, action: Action): boolean => {
  if (!cluster.authorizer.decide(user, action).allowed) return false;
  const node = nodeOf(user);
  return node === undefined || requireReferenced(cluster.registry.mirror, node, action);
};

/** Longest text of a client in an audit line: that of a name. */
const auditText = 253;

/** Whether the caller may do this; a refusal leaves an audit line. Throws Forbidden. */
const authorize = (cluster: ClusterContext, user: UserInfo, action: Action, request: string): void => {
  if (mayDo(cluster, user, action)) return;
  const { verb, group, resource, subresource, namespace, name, path } = action;
  cluster.audit({
    event: 'kubernetes-request',
    outcome: 'refused',
    reason: 'forbidden',
    cluster: cluster.spec.name,
    user: user.username.slice(0, auditText),
    verb,
    ...(path === undefined
      ? {
          resource: [group, resource, subresource]
            .filter((part) => part !== '')
            .join('/')
            .slice(0, auditText),
          object: `${namespace}/${name}`.slice(0, auditText),
        }
      : { path: path.slice(0, auditText) }),
    request,
  });
  throw forbid(user, action);
};

const answerResource = (call: ApiCall): Answer | Promise<Answer> => {
  const target = call.info.resource;
  if (target?.row === undefined) throw errors.noSuchPath();
  const { row } = target;
  const placed: ResourceCall = { ...call, target: { ...target, row } };
  if (row.namespaced && target.namespace === '' && (target.name !== '' || !['list', 'watch'].includes(call.info.verb))) {
    // Objects of namespaced resources are addressed within a namespace; only lists may span all of them.
    throw row.stored ? errors.methodNotAllowed() : errors.noSuchPath();
  }
  if (row.custom?.deprecation !== undefined) call.warnings.push(row.custom.deprecation);
  if (row.custom?.terminating === true && call.info.verb === 'create') throw errors.terminatingDefinition('create');
  if (row.custom === undefined && refusedSubresources.includes(`${row.resource}/${target.subresource}`))
    throw errors.notImplemented(`${row.resource}/${target.subresource}`);
  if (target.subresource !== '' && !row.subresources.some((entry) => entry.name === target.subresource)) throw errors.noSuchPath();
  const onCollection = ['create', 'list', 'watch', 'deletecollection'].includes(call.info.verb);
  if (target.subresource === '' && onCollection !== (target.name === '')) throw errors.methodNotAllowed();
  const operation = findOperation(row, target.subresource, call.info.verb);
  if (operation === undefined) throw errors.methodNotAllowed();
  return operation(placed);
};

/** What was thrown, as an error that may be answered. Undefined for what only the edge should see. */
const answerable = (thrown: unknown): StatusError | undefined => {
  if (thrown instanceof StatusError) return thrown;
  if (isKernelError(thrown, 'compacted')) return errors.expired('The resourceVersion for the provided request is too old.');
  if (isKernelError(thrown, 'closed') || isKernelError(thrown, 'unavailable'))
    return errors.unavailable('the server is currently unable to handle the request');
  return undefined;
};

/** Answers one request of a cluster: who, what, may they, then the operation. Throws only what is a defect. */
export const dispatch = async (cluster: ClusterContext, exchange: Exchange): Promise<Answer> => {
  try {
    const info = readRequest(exchange.method, exchange.path, exchange.query, cluster.registry.resources.find);
    if (info === undefined) throw errors.badRequest('the request path is not well-formed');
    if (exchange.body.length > bodyLimit) throw errors.tooLarge(bodyLimit);
    const caller = await cluster.authenticate(exchange);
    const user = impersonate(cluster.authorizer, caller, exchange.headers);
    authorize(cluster, user, actionOf(info, exchange.query), exchange.id);
    const call: ApiCall = { cluster, exchange, info, user, warnings: [] };
    return await (info.resource === undefined ? answerPath(call) : answerResource(call));
  } catch (thrown) {
    const error = answerable(thrown);
    if (error === undefined) throw thrown;
    if (error.code >= 500) cluster.log.warn({ request: exchange.id, reason: error.reason, code: error.code }, 'request failed');
    return statusAnswer(error);
  }
};

import type { Exchange } from '@podpass/http';
import type { UserInfo } from '../authn/user.ts';
import type { ClusterContext } from '../cluster/context.ts';
import { errors, type Subject } from '../errors.ts';
import type { KubeObject } from '../object/types.ts';
import type { RequestInfo, ResourceRequest } from '../request/info.ts';
import type { ResourceRow } from '../resources/types.ts';

/** An authenticated and authorized request. */
export interface ApiCall {
  readonly cluster: ClusterContext;
  readonly exchange: Exchange;
  readonly info: RequestInfo;
  readonly user: UserInfo;
  /** Becomes `Warning` headers. */
  readonly warnings: string[];
}

/** A call on a resource that the server has. */
export interface ResourceCall extends ApiCall {
  readonly target: ResourceRequest & { readonly row: ResourceRow };
}

/** What an error about the call's object names. */
export const subjectOf = (call: ResourceCall, name: string = call.target.name): Subject => ({
  group: call.target.group,
  resource: call.target.resource,
  name,
});

/** The namespace under which the call's objects are stored: namespaces themselves are cluster-scoped. */
export const storedNamespace = (call: ResourceCall): string => (call.target.row.namespaced ? call.target.namespace : '');

/** A stored object as the version of the row shows it. */
export const shownAs = (row: ResourceRow, object: KubeObject): KubeObject => row.custom?.view(object) ?? object;

/** The object that the call names. Throws NotFound. */
export const existing = (call: ResourceCall) => {
  const object = call.cluster.registry.get(call.target.row, storedNamespace(call), call.target.name);
  if (object === undefined) throw errors.notFound(subjectOf(call));
  return shownAs(call.target.row, object);
};

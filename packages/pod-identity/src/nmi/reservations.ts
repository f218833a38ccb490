import type { IdentityRecord, PodRecord } from './objects.ts';

/**
 * For whom one of the machine's identities is: for pods of these namespaces, or for the machine itself. Undefined when
 * nobody laid claim to it: then the objects of each namespace decide.
 */
export type Reservation = readonly string[] | 'machine' | undefined;

/**
 * Says for whom an identity is, by either of its ids, whatever their case. In managed mode whoever runs the cluster puts
 * identities on the machine for certain namespaces. Upstream gives them to every namespace in which somebody may write an
 * AzureIdentity that names them, or an exception.
 */
export type Reservations = (identity: { readonly resourceId: string } | { readonly clientId: string }) => Reservation;

export const noReservations: Reservations = () => undefined;

/** Whether objects of the pod's namespace may bind it to this identity. */
export const mayBind = (reservations: Reservations, { resourceId, type }: IdentityRecord, { namespace }: PodRecord): boolean => {
  const reserved = type === 0 ? reservations({ resourceId }) : undefined;
  return reserved === undefined || (reserved !== 'machine' && reserved.includes(namespace));
};

/** Whether an excepted pod may have the token of this identity: what is the machine's own, but not what is for other namespaces. */
export const mayShare = (reservations: Reservations, clientId: string, { namespace }: PodRecord): boolean => {
  const reserved = reservations({ clientId });
  return reserved === undefined || reserved === 'machine' || reserved.includes(namespace);
};

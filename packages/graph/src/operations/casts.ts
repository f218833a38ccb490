import type { Answer } from '@podpass/http';
import type { MixedObject } from '../entities.ts';
import { applicationKind } from '../kinds/application.ts';
import type { MixedType } from '../kinds/directory-object.ts';
import { directoryRoleKind } from '../kinds/directory-role.ts';
import { groupKind } from '../kinds/group.ts';
import { servicePrincipalKind } from '../kinds/service-principal.ts';
import { userKind } from '../kinds/user.ts';
import type { EntityKind } from '../odata/types.ts';

/** Uses a kind together with the function that picks its objects out of a mixed list. */
type Use = <T extends { readonly id: string }>(kind: EntityKind<T>, pick: (object: MixedObject) => T | undefined) => Promise<Answer>;

/** Each cast (`microsoft.graph.user`) with its kind. */
export const castKinds: Readonly<Record<MixedType, (use: Use) => Promise<Answer>>> = {
  user: (use) => use(userKind, (object) => (object.kind === 'user' ? object.value : undefined)),
  group: (use) => use(groupKind, (object) => (object.kind === 'group' ? object.value : undefined)),
  application: (use) => use(applicationKind, (object) => (object.kind === 'application' ? object.value : undefined)),
  servicePrincipal: (use) => use(servicePrincipalKind, (object) => (object.kind === 'servicePrincipal' ? object.value : undefined)),
  directoryRole: (use) => use(directoryRoleKind, (object) => (object.kind === 'directoryRole' ? object.value : undefined)),
};

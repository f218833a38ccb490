import { identityTypes } from '../../crds/index.ts';
import { managedIdentity, type MachineClient } from './machine.ts';
import { servicePrincipal, type PrincipalOptions } from './service-principal.ts';
import { AcquireError, type Acquire } from './types.ts';

/** Gets the token of an identity of any type. */
export const createAcquire = ({ machine, ...options }: PrincipalOptions & { readonly machine: MachineClient }): Acquire => {
  const managed = managedIdentity(machine);
  const principal = servicePrincipal(options);
  return async (identity, wanted) => {
    const { type } = identity;
    if (type === identityTypes.userAssigned) return managed(identity, wanted);
    if (type === identityTypes.servicePrincipal || type === identityTypes.servicePrincipalCertificate) return principal(identity, wanted);
    throw new AcquireError('refused', `unsupported identity type ${String(type)}`);
  };
};

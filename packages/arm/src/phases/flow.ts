import type { Caller, AccessTokenVerifier } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import type { Locks } from '../locks.ts';
import type { GroupState, Resource, Subscription } from '../model.ts';
import type { ArmProfile } from '../profile.ts';
import type { ArmAnswer, ArmRequest, ArmServices } from '../provider.ts';
import type { ParsedId } from '../resource-id.ts';
import type { Found, Routed, Router } from '../router.ts';

/** What the phases share for as long as the platform runs. */
export interface Dispatch {
  readonly arm: ArmServices;
  readonly profile: ArmProfile;
  readonly router: Router;
  readonly verifier: AccessTokenVerifier;
  readonly locks: Locks;
}

/** One request on its way; every phase fills in what it found out. Reading what is not there yet is a fault of the order. */
export interface Flow {
  readonly exchange: Exchange;
  readonly origin: string;
  routed?: Routed;
  segments?: readonly string[];
  found?: Found;
  caller?: Caller;
  apiVersion?: string;
  target?: ParsedId;
  subscription?: Subscription;
  group?: Resource<GroupState>;
  run?: (request: ArmRequest) => Promise<ArmAnswer>;
  answer?: ArmAnswer;
}

/** One phase. It may throw an `ArmError`, which ends the request. */
export type Phase = (flow: Flow, dispatch: Dispatch) => void | Promise<void>;

/** The value that an earlier phase has left; throws when there is none. */
export const settled = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is read before it is known`);
  return value;
};

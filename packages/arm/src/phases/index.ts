import { checkApiVersion } from './api-version.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { callHandler } from './call-handler.ts';
import { checkRegistration } from './check-registration.ts';
import { findGroup } from './find-group.ts';
import { findSubscription } from './find-subscription.ts';
import type { Phase } from './flow.ts';
import { matchRoute } from './match-route.ts';
import { parseBody } from './parse-body.ts';
import { requireRoute } from './require-route.ts';

/** What every request goes through, in this order. No operation can leave a phase out. */
export const phases: readonly Phase[] = [
  matchRoute,
  authenticate,
  checkApiVersion,
  requireRoute,
  findSubscription,
  authorize,
  parseBody,
  findGroup,
  checkRegistration,
  callHandler,
];

import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { askConsent } from './ask-consent.ts';
import { deviceConfirmPage } from './pages/device-pages.ts';
import type { DeviceFlow } from './types.ts';
import type { Progress, Visit } from './visit.ts';
import { wantedBy } from './wanted.ts';

/** Consent where it is missing, then the question whether the user started this himself. Throws AADSTS70020 when the code is over. */
export const proceedDevice = async (visit: Visit, flow: DeviceFlow, { own }: Progress): Promise<Answer> => {
  const { devices } = visit.services.interactive;
  const item = await devices.byId(flow.deviceId);
  if (!item || devices.isExpired(item.value) || item.value.decision !== undefined) throw new AadstsError(70020);
  const wanted = wantedBy(visit.services, flow, own);
  if (wanted.missing.length > 0) return askConsent(visit, flow, { own, wanted, scopes: wanted.missing });
  return deviceConfirmPage(visit, flow, own);
};

import type { Edge } from '../wire/raw.ts';
import { createFormBrowser } from './form-browser.ts';

export interface DeviceApproval {
  readonly uri: string;
  readonly code: string;
  readonly user: { readonly name: string; readonly password: string };
  readonly decision: 'approve' | 'decline';
}

/** Does what a person does with a device code: opens the page, types the code, signs in, and decides. Throws with the page when it is not as expected. */
export const approveDevice = async (edge: Edge, { uri, code, user, decision }: DeviceApproval): Promise<void> => {
  const browser = createFormBrowser(edge);
  await browser.open(uri);
  await browser.submit({ otc: code });
  await browser.submit({ username: user.name, password: user.password });
  await browser.submit({}, { action: decision === 'approve' ? 'continue' : 'cancel' });
  if (browser.page.status !== 200) throw new Error(`status ${browser.page.status}: ${browser.page.html}`);
};

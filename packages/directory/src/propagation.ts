import type { Directory } from './directory-types.ts';
import { maxPropagation } from './limits.ts';
import { invalid } from './rules/problems.ts';
import type { State } from './state.ts';

const settingId = 'propagation';

/** Milliseconds that a written federated credential takes to come into force. */
export const propagationDelay = (state: State): number => state.settings.read.get(settingId)?.federatedCredentials ?? 0;

/** Entra takes minutes to bring a change everywhere; the platform waits only when it is told to, so that this can be tried. */
export const propagationActions = (state: State): Directory['propagation'] => ({
  federatedCredentials: () => propagationDelay(state),
  async set({ federatedCredentials }) {
    if (!Number.isSafeInteger(federatedCredentials) || federatedCredentials < 0 || federatedCredentials > maxPropagation) {
      throw invalid('federatedCredentials', `A propagation delay is a whole number of milliseconds from 0 to ${maxPropagation}.`);
    }
    await state.settings.written.put(settingId, { federatedCredentials });
  },
});

import { isKernelError } from '@podpass/kernel';
import { StartFailure } from './failure.ts';

/** Throws StartFailure `runtime-unavailable` when the runtime that was demanded cannot be had. */
export const requireRuntime = async (choose: () => Promise<unknown>): Promise<void> => {
  try {
    await choose();
  } catch (cause) {
    if (!isKernelError(cause, 'unavailable')) throw cause;
    throw new StartFailure('runtime-unavailable', cause.message, { hint: 'Leave --runtime out to take whichever is possible.', cause });
  }
};

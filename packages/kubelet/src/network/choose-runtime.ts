import { KernelError } from '@podpass/kernel';
import type { RuntimeChoice } from '../types.ts';
import { probeNamespaces } from './namespace/probe.ts';

export type WantedRuntime = 'auto' | 'namespace' | 'process';

/**
 * Decides how programs of pods run. Whether namespaces work is tried out once per process, by making some and letting them go.
 * Throws KernelError `unavailable`, with what to do, when namespaces are wanted where there are none.
 */
export const chooseRuntime = async (wanted: WantedRuntime, probe = probeNamespaces): Promise<RuntimeChoice> => {
  if (wanted === 'process') return { name: 'process', because: 'the process runtime was asked for' };
  const { works, because } = await probe();
  if (works) return { name: 'namespace', because };
  if (wanted === 'auto') return { name: 'process', because };
  throw new KernelError(
    'unavailable',
    `The namespace runtime cannot be used: ${because}. Run as root on Linux with iproute2 and util-linux installed, or allow user namespaces, or choose the process runtime.`,
  );
};

import { KernelError } from '@podpass/kernel';
import type { ComponentLaunch } from '../types.ts';
import type { NmiFlags } from './flags.ts';
import { kubeletConfig } from './wire.ts';

/** Why NMI does not start; the container ends with klog's code for fatal errors. */
const fatal = (text: string): KernelError => new KernelError('invalid', text);

const readHostFile = async (launch: ComponentLaunch, path: string): Promise<string> => {
  try {
    return await launch.readFile(path);
  } catch (cause) {
    throw new KernelError('not-found', `failed to check if CNI plugin is kubenet, error: no file ${path}`, { cause });
  }
};

/**
 * Checks what upstream checks before it serves, with its texts. Throws KernelError: `invalid` or `not-found`.
 */
export const checkStart = async (launch: ComponentLaunch, flags: NmiFlags): Promise<void> => {
  const mode = flags['operation-mode'].toLowerCase();
  if (mode !== 'standard' && mode !== 'managed') throw fatal(`operation mode ${mode.slice(0, 64)} not supported`);
  if (mode === 'managed' && !flags.forceNamespaced) throw fatal('managed mode not intialized in force namespaced mode');
  const { nodeName } = launch.pod;
  if (flags.node !== '' && flags.node !== nodeName)
    throw fatal(`--node names ${flags.node.slice(0, 256)}, but this NMI runs on ${nodeName}`);
  if (flags['allow-network-plugin-kubenet']) return;
  if ((await readHostFile(launch, flags['kubelet-config'])).includes(kubeletConfig.kubenet))
    throw fatal(
      'AAD Pod Identity is not supported for Kubenet. Review https://azure.github.io/aad-pod-identity/docs/configure/aad_pod_identity_on_kubenet/ for more details.',
    );
};

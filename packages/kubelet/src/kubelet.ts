import type { Kubelet, KubeletOptions } from './types.ts';

export const createKubelet = (_options: KubeletOptions): Kubelet => ({
  start: async () => undefined,
  stop: async () => undefined,
  ready: Promise.resolve(),
});

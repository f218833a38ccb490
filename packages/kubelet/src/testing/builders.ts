import type { Container, Pod, PodSpec } from '../api/types.ts';

/** A program of the test: what node runs with `-e`. */
export const script = (source: string): readonly string[] => [process.execPath, '-e', source];

export const containerOf = (more: Partial<Container> = {}): Container => ({ name: 'main', image: 'test/app', ...more });

let count = 0;
export const podOf = (spec: Partial<PodSpec> = {}, name = 'web'): Pod => {
  count += 1;
  return {
    metadata: { name, namespace: 'default', uid: `uid-${String(count)}`, labels: { app: name } },
    spec: { nodeName: 'node-0', serviceAccountName: 'workload', restartPolicy: 'Always', containers: [containerOf()], ...spec },
  };
};

/** Waits until `check` gives something, by looking again and again; the test's own time limit ends it. */
export const eventually = async <T>(check: () => T | undefined | false): Promise<T> => {
  for (;;) {
    const value = check();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

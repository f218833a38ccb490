/**
 * The direction of imports, as data. Each package may import only the workspace packages named in its row;
 * `owns` are the third-party libraries that no other package may import. `oxlint.config.ts` turns every row into
 * a lint rule, and `layers.test.ts` plants violations and expects red.
 */
export interface PackageRow {
  readonly name: string;
  readonly folder: string;
  readonly imports: readonly string[];
}

const kernel = ['kernel'];
const base = ['kernel', 'store', 'crypto', 'telemetry'];
const wire = [...base, 'http', 'directory'];
const provider = ['kernel', 'store', 'arm', 'directory'];

export const packages: readonly PackageRow[] = [
  { name: 'kernel', folder: 'packages/kernel', imports: [] },
  { name: 'store', folder: 'packages/store', imports: kernel },
  { name: 'crypto', folder: 'packages/crypto', imports: kernel },
  { name: 'telemetry', folder: 'packages/telemetry', imports: kernel },
  { name: 'http', folder: 'packages/http', imports: ['kernel', 'crypto', 'telemetry'] },
  { name: 'directory', folder: 'packages/directory', imports: base },
  { name: 'sts', folder: 'packages/sts', imports: wire },
  { name: 'graph', folder: 'packages/graph', imports: wire },
  { name: 'authorization', folder: 'packages/authorization', imports: ['kernel', 'store', 'telemetry', 'directory'] },
  { name: 'arm', folder: 'packages/arm', imports: wire },
  { name: 'keyvault', folder: 'packages/keyvault', imports: wire },
  { name: 'kube', folder: 'packages/kube', imports: [...base, 'http'] },
  { name: 'kube-client', folder: 'packages/kube-client', imports: ['kernel', 'telemetry', 'http'] },
  { name: 'kubelet', folder: 'packages/kubelet', imports: ['kernel', 'crypto', 'telemetry', 'http', 'kube-client'] },
  { name: 'webhook', folder: 'packages/webhook', imports: ['kernel', 'crypto', 'telemetry', 'http', 'kube-client'] },
  { name: 'pod-identity', folder: 'packages/pod-identity', imports: ['kernel', 'telemetry', 'http', 'kube-client'] },
  { name: 'gatekeeper', folder: 'packages/gatekeeper', imports: ['kernel', 'crypto', 'telemetry', 'http', 'kube-client'] },
  { name: 'provider-resources', folder: 'packages/providers/resources', imports: provider },
  { name: 'provider-managed-identity', folder: 'packages/providers/managed-identity', imports: provider },
  { name: 'provider-key-vault', folder: 'packages/providers/key-vault', imports: provider },
  { name: 'provider-container-service', folder: 'packages/providers/container-service', imports: provider },
  { name: 'provider-authorization', folder: 'packages/providers/authorization', imports: [...provider, 'authorization'] },
  { name: 'provider-compute', folder: 'packages/providers/compute', imports: provider },
  { name: 'provider-policy', folder: 'packages/providers/policy', imports: provider },
  {
    name: 'server',
    folder: 'apps/server',
    imports: [
      ...wire,
      'sts',
      'graph',
      'authorization',
      'arm',
      'keyvault',
      'kube',
      'kubelet',
      'webhook',
      'kube-client',
      'pod-identity',
      'gatekeeper',
      'provider-resources',
      'provider-managed-identity',
      'provider-key-vault',
      'provider-container-service',
      'provider-authorization',
      'provider-compute',
      'provider-policy',
    ],
  },
  { name: 'cli', folder: 'apps/cli', imports: kernel },
  { name: 'example-keyvault-reader', folder: 'examples/keyvault-reader', imports: [] },
  { name: 'example-pod-identity-demo', folder: 'examples/pod-identity-demo', imports: [] },
  { name: 'tools', folder: 'tools', imports: ['kernel'] },
  { name: 'conformance', folder: 'conformance', imports: ['kernel', 'tools'] },
  { name: 'bench', folder: 'bench', imports: ['kernel', 'tools', 'conformance', 'store', 'directory', 'crypto'] },
];

/** One owner for each third-party library. */
export const owners: Readonly<Record<string, readonly string[]>> = {
  jose: ['crypto'],
  '@peculiar/x509': ['crypto'],
  'node:sqlite': ['store'],
  pino: ['telemetry'],
  'prom-client': ['telemetry'],
  'node:https': ['http'],
  'node:tls': ['http', 'server'],
  '@bufbuild/cel': ['gatekeeper'],
};

/** The packages that may read the clock, the environment and randomness of the machine. */
export const machineReaders: readonly string[] = [
  'kernel',
  'server',
  'cli',
  'tools',
  'bench',
  'conformance',
  'example-keyvault-reader',
  'example-pod-identity-demo',
];

/** Packages that talk to the platform as its users do, and may therefore use client libraries of any kind. */
export const outsiders: readonly string[] = [
  'conformance',
  'bench',
  'tools',
  'cli',
  'example-keyvault-reader',
  'example-pod-identity-demo',
];

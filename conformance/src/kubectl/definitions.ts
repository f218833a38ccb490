/** Manifests of custom resources that the suites share. */

type Fields = Readonly<Record<string, unknown>>;

const anyObject: Fields = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The specification of a `Backup`, with something of everything that the API server checks. */
export const backupSpec: Fields = {
  type: 'object',
  required: ['schedule'],
  properties: {
    schedule: { type: 'string', description: 'When it runs.', pattern: '^(@daily|@hourly)$' },
    keep: { type: 'integer', minimum: 1, maximum: 30, default: 7 },
    mode: { type: 'string', enum: ['Full', 'Delta'], default: 'Full' },
    targets: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  },
};

/** `backups.GROUP`, with a status subresource and printer columns. */
export const backupDefinition = (group: string, over: { names?: Fields; spec?: Fields; version?: Fields } = {}): Fields => {
  const names = { plural: 'backups', singular: 'backup', kind: 'Backup', listKind: 'BackupList', shortNames: ['bk'], ...over.names };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule' },
            { name: 'Keep', type: 'integer', jsonPath: '.spec.keep' },
            { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 1 },
          ],
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: backupSpec, status: anyObject } } },
          ...over.version,
        },
      ],
      ...over.spec,
      names,
    },
  };
};

export const backup = (group: string, name: string, spec: Fields = { schedule: '@daily' }, metadata: Fields = {}): Fields => ({
  apiVersion: `${group}/v1`,
  kind: 'Backup',
  metadata: { name, namespace: 'default', ...metadata },
  spec,
});

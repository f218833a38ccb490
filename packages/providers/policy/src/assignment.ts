import type { SystemData } from '@podpass/arm';
import { definitionId, types } from './wire.ts';
import type { ParameterValues } from './parameters.ts';

/** A policy assignment as it is stored. */
export interface Assignment {
  /** As the client wrote it. */
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** Without a trailing slash, in the client's casing. */
  readonly scope: string;
  /** GUID of the definition, lower case. */
  readonly definition: string;
  readonly definitionVersion: string;
  readonly parameters: ParameterValues;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly enforcementMode: 'Default' | 'DoNotEnforce';
  readonly notScopes: readonly string[];
  readonly messages: readonly string[];
  /** GUID. */
  readonly instanceId: string;
  /** Object ids and times of Azure's own metadata. */
  readonly createdBy: string;
  readonly createdOn: string;
  readonly updatedBy: string | undefined;
  readonly updatedOn: string | undefined;
  readonly system: SystemData;
}

/** The wire form of an assignment. */
export const assignmentBody = (row: Assignment) => ({
  properties: {
    ...(row.displayName === undefined ? {} : { displayName: row.displayName }),
    ...(row.description === undefined ? {} : { description: row.description }),
    policyDefinitionId: definitionId(row.definition),
    definitionVersion: row.definitionVersion,
    scope: row.scope,
    notScopes: row.notScopes,
    parameters: Object.fromEntries(Object.entries(row.parameters).map(([name, value]) => [name, { value }])),
    metadata: {
      ...row.metadata,
      createdBy: row.createdBy,
      createdOn: row.createdOn,
      updatedBy: row.updatedBy ?? null,
      updatedOn: row.updatedOn ?? null,
    },
    enforcementMode: row.enforcementMode,
    ...(row.messages.length === 0 ? {} : { nonComplianceMessages: row.messages.map((message) => ({ message })) }),
    assignmentType: 'Custom',
    instanceId: row.instanceId,
  },
  id: row.id,
  type: types.assignment,
  name: row.name,
  systemData: row.system,
});

import type { CoverageLedger } from '@podpass/arm';
import { graphRoutes } from '@podpass/graph';
import { ledger as vaultLedger } from '@podpass/keyvault';
import { resources } from '@podpass/kube';
import { podIdentityDifferences, upstreamCases } from '@podpass/pod-identity';
import { authorizationCoverage } from '@podpass/provider-authorization';
import { computeCoverage } from '@podpass/provider-compute';
import { containerServiceCoverage } from '@podpass/provider-container-service';
import { keyVaultCoverage } from '@podpass/provider-key-vault';
import { managedIdentityCoverage } from '@podpass/provider-managed-identity';
import { policyCoverage } from '@podpass/provider-policy';
import { featuresCoverage, resourcesCoverage } from '@podpass/provider-resources';
import { tokenServiceRoutes } from '@podpass/sts';
import { grants } from './grants.ts';
import { sdkRows } from './sdks.ts';

const providerLedgers: readonly (readonly [string, CoverageLedger])[] = [
  ['Microsoft.Resources', resourcesCoverage],
  ['Microsoft.Features', featuresCoverage],
  ['Microsoft.Authorization', authorizationCoverage],
  ['Microsoft.ManagedIdentity', managedIdentityCoverage],
  ['Microsoft.KeyVault', keyVaultCoverage],
  ['Microsoft.Authorization (policy)', policyCoverage],
  ['Microsoft.ContainerService', containerServiceCoverage],
  ['Microsoft.Compute', computeCoverage],
];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');

const provider = ([name, ledger]: readonly [string, CoverageLedger]): string =>
  `### ${name}\n\n${table(
    ['operation', 'state', 'note'],
    Object.entries(ledger).map(([operation, { support, note }]) => [operation, support, note ?? '']),
  )}`;

/**
 * The parity page, from the ledgers that tests hold against the registered routes. `parity.test.ts` compares it with
 * `docs/parity.md`; `npm run parity` writes it.
 */
export const parityPage = (): string =>
  [
    '# Parity',
    "Generated from the coverage ledgers by `npm run parity`; a test compares it with the registered routes. What is not listed is refused with the surface's own error.",
    '## Token service',
    table(
      ['endpoint', 'methods', 'state'],
      tokenServiceRoutes.map((route) => [route.name, route.methods.join(', '), 'supported']),
    ),
    table(['grant', 'proof', 'state'], grants),
    '## Microsoft Graph v1.0',
    table(
      ['operation', 'delegated permissions', 'of a user who is', 'application permissions', 'state'],
      graphRoutes.map(({ method, path, permission }) => [
        `${method} /${path}`,
        permission.anyone === true ? 'none' : permission.scopes.join(', '),
        permission.users.join(', '),
        [...permission.roles, ...(permission.ownedRoles ?? []).map((role) => `${role} (its own)`)].join(', '),
        'supported',
      ]),
    ),
    'One permission of a cell is enough. A user needs a delegated permission and one of the rights.',
    '## SDKs',
    'Each row gets a token over the wire, and is refused with the code of Entra for a wrong credential: `npm run sdks`.',
    table(['language', 'library', 'credential'], sdkRows()),
    '## Azure Resource Manager',
    ...providerLedgers.map(provider),
    '## Key Vault data plane',
    table(
      ['operation', 'request', 'state'],
      vaultLedger.map((row) => [row.operation, `${row.method} ${row.path}`, row.status === 'served' ? 'supported' : 'refused']),
    ),
    '## Kubernetes API',
    table(
      ['resource', 'group/version', 'verbs', 'subresources'],
      resources.map((row) => [
        row.resource,
        row.group === '' ? row.version : `${row.group}/${row.version}`,
        row.verbs.join(', '),
        row.subresources.map(({ name }) => name).join(', '),
      ]),
    ),
    'Server-side apply, `exec`, `attach` and `port-forward` are refused. Deployments, replica sets and daemon sets have controllers; stateful sets, jobs and the other workloads are not in discovery.',
    'Custom resources: structural schemas with pruning, defaulting and validation, printer columns and the status subresource. Refused when a definition is created: validation rules in CEL, conversion webhooks, the scale subresource.',
    '## Pod-managed identity',
    'MIC and NMI answer as aad-pod-identity v1.8.17 does, but for these differences.',
    table(
      ['what', 'here'],
      podIdentityDifferences.map((row) => [...row]),
    ),
    'Cases of upstream’s own tests, and the test here that shows each:',
    table(
      ['part', 'case', 'shown by'],
      upstreamCases.map(({ part, name, witness, why }) => [
        part,
        name,
        witness === undefined ? `not here: ${why ?? ''}` : `${witness[0]}: ${witness[1]}`,
      ]),
    ),
  ].join('\n\n') + '\n';

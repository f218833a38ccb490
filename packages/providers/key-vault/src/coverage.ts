import type { CoverageLedger } from '@podpass/arm';

export const keyVaultCoverage: CoverageLedger = {
  Vaults_CreateOrUpdate: {
    support: 'partial',
    note: 'Network rules and disabled public access are refused; the vault is ready at once, without RegisteringDns.',
  },
  Vaults_Get: { support: 'supported' },
  Vaults_ListByResourceGroup: { support: 'partial', note: 'One page; $top is passed over.' },
  Vaults_ListBySubscription: { support: 'partial', note: 'One page; $top is passed over.' },
  Vaults_Update: { support: 'supported' },
  Vaults_Delete: { support: 'supported' },
  Vaults_ListDeleted: { support: 'supported' },
  Vaults_GetDeleted: { support: 'supported' },
  Vaults_PurgeDeleted: { support: 'supported' },
  Vaults_CheckNameAvailability: { support: 'supported' },
  OperationResults_Get: { support: 'supported' },
  ManagedHsms_ListBySubscription: { support: 'partial', note: 'Always empty: managed HSMs cannot be made.' },
  ManagedHsms_ListDeleted: { support: 'partial', note: 'Always empty: managed HSMs cannot be made.' },
  ManagedHsms_ListByResourceGroup: { support: 'partial', note: 'Always empty: managed HSMs cannot be made.' },
};

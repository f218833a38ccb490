/** What the workload needs to know; both names of the vault's URL are in use in Azure's samples. */
export interface Settings {
  readonly vaultUrl: string;
  readonly secretName: string;
}

/** Reads the settings, or says which variable is not set. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings | string => {
  const vaultUrl = environment['KEYVAULT_URL'] || environment['AZURE_KEYVAULT_URL'];
  const secretName = environment['SECRET_NAME'];
  if (!vaultUrl) return 'KEYVAULT_URL environment variable is not set';
  if (!secretName) return 'SECRET_NAME environment variable is not set';
  return { vaultUrl, secretName };
};

import { operationsOf, type ProviderDefinition } from './provider.ts';

/** How far an operation goes: `partial` and `refused` say in the note what is missing or why it is refused. */
export type Support = 'supported' | 'partial' | 'refused';

/** The coverage ledger of one provider: every registered operation by name. A test holds it against the routes. */
export type CoverageLedger = Readonly<Record<string, { readonly support: Support; readonly note?: string }>>;

/** What the ledger and the registered operations do not have in common; both lists are empty when they agree. */
export const compareCoverage = (provider: ProviderDefinition, ledger: CoverageLedger) => {
  const registered = new Set(operationsOf(provider).map((operation) => operation.name));
  const listed = new Set(Object.keys(ledger));
  return {
    unlisted: [...registered].filter((name) => !listed.has(name)),
    unregistered: [...listed].filter((name) => !registered.has(name)),
  };
};

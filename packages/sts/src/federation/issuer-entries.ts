import { IssuerFailure } from './fetch-issuer.ts';
import { newEntry, type IssuerEntry } from './issuer-entry.ts';
import { issuerLimits } from './limits.ts';
import type { RegisteredIssuers } from './types.ts';

/** A bounded number of issuers. */
export interface IssuerEntries {
  /** The entry of the issuer, made when there is none. Throws IssuerFailure when all places are taken by issuers that are being fetched. */
  use(url: string): IssuerEntry;
  /** The entry, without making one or counting as a use; undefined also when the issuer was registered or withdrawn since it was made. */
  peek(url: string): IssuerEntry | undefined;
  clear(): void;
}

/**
 * A stranger with many issuers must not push out those of others: of all entries, those without keys give way first, in the order of their last use, and
 * then the one that was used least recently. One that is being fetched stays, lest its issuer be fetched from twice at once.
 */
export const createIssuerEntries = (registered: Pick<RegisteredIssuers, 'get'>, places: number = issuerLimits.issuers): IssuerEntries => {
  const entries = new Map<string, IssuerEntry>();
  /** Uses are numbered, not kept in the map's order: a map whose entries move leaves its old tables to the next full collection. */
  let uses = 0;
  const peek = (url: string): IssuerEntry | undefined => {
    const entry = entries.get(url);
    return entry?.registration === registered.get(url) ? entry : undefined;
  };
  const makeRoom = (): void => {
    if (entries.size < places) return;
    const idle = [...entries.values()].filter(({ loading }) => !loading).toSorted((a, b) => a.lastUse - b.lastUse);
    const leaving = idle.find(({ keys }) => !keys) ?? idle[0];
    if (!leaving) throw new IssuerFailure('Too many issuers are asked for their keys.', { gone: false });
    entries.delete(leaving.url);
  };
  return {
    peek,
    use(url) {
      let entry = peek(url);
      if (!entry) {
        entry = newEntry(url, registered.get(url));
        if (!entries.has(url)) makeRoom();
        entries.set(url, entry);
      }
      uses += 1;
      entry.lastUse = uses;
      return entry;
    },
    clear: () => entries.clear(),
  };
};

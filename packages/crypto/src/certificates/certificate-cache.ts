import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { KernelError, type Clock } from '@podpass/kernel';
import type { CertificateAuthority, IssuedCertificate } from '../types.ts';

export interface CertificateCache {
  /**
   * The server certificate for one host name or address, in any case; issued at the first call and again once a third of its lifetime is left.
   * Rejects with KernelError `invalid` when `name` is neither.
   */
  forHost(name: string): Promise<IssuedCertificate>;
}

interface Entry {
  readonly issued: IssuedCertificate;
  /** Milliseconds since the epoch. */
  readonly renewFrom: number;
}

const maxHosts = 256;
const hostName = /^(?=.{1,253}$)(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** Server certificates on demand, for the listener's SNI callback: the least recently used of 256 names is dropped. */
export const certificateCache = (authority: CertificateAuthority, clock: Clock): CertificateCache => {
  // A Map keeps the order of insertion: the first entry is the one that was used longest ago.
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<IssuedCertificate>>();

  const keep = (name: string, entry: Entry) => {
    entries.delete(name);
    entries.set(name, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxHosts) break;
      entries.delete(oldest);
    }
  };
  const issue = async (name: string): Promise<IssuedCertificate> => {
    const issued = await authority.issueServer(isIP(name) ? { dns: [], ips: [name] } : { dns: [name] });
    const { validFromDate, validToDate } = new X509Certificate(issued.certificate);
    const lifetime = validToDate.getTime() - validFromDate.getTime();
    keep(name, { issued, renewFrom: validToDate.getTime() - lifetime / 3 });
    return issued;
  };

  return {
    forHost(host) {
      const name = host.toLowerCase();
      const entry = entries.get(name);
      if (entry && clock.now() < entry.renewFrom) {
        keep(name, entry);
        return Promise.resolve(entry.issued);
      }
      const present = underWay.get(name);
      if (present) return present;
      if (!isIP(name) && !hostName.test(name))
        return Promise.reject(new KernelError('invalid', 'A certificate was asked for a name that is no host name.'));
      const promise = issue(name).finally(() => underWay.delete(name));
      underWay.set(name, promise);
      return promise;
    },
  };
};

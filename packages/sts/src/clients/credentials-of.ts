import type { ClientCertificate, ClientSecret } from '@podpass/directory';
import type { Client } from './types.ts';

const joined = <T>(first: readonly T[] = [], second: readonly T[] = []): readonly T[] => {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
};

/** The secrets that stand for a client: those of the application, wherever it lives, and of its service principal in the tenant. */
export const secretsOf = ({ application, principal }: Client): readonly ClientSecret[] => joined(application?.secrets, principal?.secrets);

/** The certificates that stand for a client: those of the application and of its service principal. */
export const certificatesOf = ({ application, principal }: Client): readonly ClientCertificate[] =>
  joined(application?.certificates, principal?.certificates);

import { createHash } from 'node:crypto';
import type { User } from '@podpass/directory';

/** A user's `sub`: stable for one audience, and telling nothing to another (OpenID Connect Core, 8.1). */
export const pairwiseSubject = (user: User, audience: string): string =>
  createHash('sha256').update(`${user.tenantId}/${user.id}/${audience.toLowerCase()}`).digest('base64url');

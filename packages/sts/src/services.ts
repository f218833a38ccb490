import type { KeyRing } from '@podpass/crypto';
import type { IssuerKeys } from './federation/issuer-keys.ts';
import type { Lockout } from './sessions/lockout.ts';
import type { RefreshTokens } from './sessions/refresh-tokens.ts';
import type { SecretCheck } from './sessions/secret-check.ts';
import type { FindResource } from './resources.ts';
import type { LoginNames } from './login-names.ts';
import type { TokenServiceOptions } from './types.ts';

/** What the endpoints and grants stand on. */
export interface Services extends Pick<TokenServiceOptions, 'directory' | 'clock' | 'telemetry'> {
  readonly names: LoginNames;
  readonly keys: KeyRing;
  readonly issuerKeys: IssuerKeys;
  readonly findResource: FindResource;
  readonly refreshTokens: RefreshTokens;
  readonly lockout: Lockout;
  readonly checkSecret: SecretCheck;
}

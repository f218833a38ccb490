import type { IssuerKeys } from './federation/issuer-keys.ts';
import type { Lockout } from './sessions/lockout.ts';
import type { AuthorizationCodes, RefreshTokens } from './interactive/types.ts';
import type { InteractiveSignIn } from './interactive/sign-in.ts';
import type { RegisteredIssuers } from './federation/types.ts';
import type { SigningKeys } from './keys/types.ts';
import type { SecretCheck } from './clients/secret-check.ts';
import type { FindResource } from './resources.ts';
import type { LoginNames } from './login-names.ts';
import type { TokenServiceOptions } from './types.ts';

/** What the endpoints and grants stand on. */
export interface Services extends Pick<TokenServiceOptions, 'directory' | 'clock' | 'telemetry'> {
  readonly names: LoginNames;
  readonly keys: SigningKeys;
  readonly issuerKeys: IssuerKeys;
  readonly findResource: FindResource;
  readonly registeredIssuers: RegisteredIssuers;
  readonly refreshTokens: RefreshTokens;
  readonly authorizationCodes: AuthorizationCodes;
  /** State of browser and device sign-ins. */
  readonly interactive: InteractiveSignIn;
  readonly lockout: Lockout;
  readonly checkSecret: SecretCheck;
}

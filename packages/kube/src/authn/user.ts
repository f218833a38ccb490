import { groups, users } from '../wire.ts';

/** Who a request comes from, as `SelfSubjectReview` and webhooks see it. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const anonymous: UserInfo = { username: users.anonymous, groups: [groups.unauthenticated] };

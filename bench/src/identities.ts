import type { Row } from './row.ts';
import { hangingIssuer } from './rows/hanging-issuer.ts';
import { population } from './rows/population.ts';
import { userList } from './rows/user-list.ts';
import { startHangingIssuer, startIssuer } from './world/issuer.ts';
import { startWorld } from './world/platforms.ts';

const small = { identities: 1, credentialsEach: 1, users: 1000 };
const large = { identities: 10_000, credentialsEach: 20, users: 100_000 };

/** The rows about size and isolation of the identity plane: two platforms side by side, a small one and a large one. */
export const identityRows = async (): Promise<Row[]> => {
  const [issuer, hanging] = [await startIssuer(), await startHangingIssuer()];
  try {
    await using one = await startWorld('bench-one', small, { issuer, other: hanging });
    const isolated = await hangingIssuer(one, hanging);
    await using many = await startWorld('bench-many', large, { issuer });
    return [
      ...(await population({ one, many, size: '10,000 identities × 20 credentials' })),
      ...isolated,
      ...(await userList({ few: one, many, size: 'among 100,000 ÷ among 1,000' })),
    ];
  } finally {
    await Promise.all([issuer.close(), hanging.close()]);
  }
};

import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { batch } from './batch.ts';

export const batchRoutes: readonly Route[] = [{ method: 'POST', path: '$batch', permission: permissions.batch, reads: true, run: batch }];

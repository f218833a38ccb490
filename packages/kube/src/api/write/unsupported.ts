import { errors } from '../../errors.ts';
import { nameOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { strategyOf } from '../../strategies/table.ts';

/** Refuses, loudly, what is valid in Kubernetes but would not be honoured here. Throws Invalid. */
export const refuseUnsupported = (row: ResourceRow, object: KubeObject): void => {
  const causes = strategyOf(row).checkWrite?.(object) ?? [];
  if (causes.length > 0) throw errors.invalid(row, nameOf(object), causes);
};

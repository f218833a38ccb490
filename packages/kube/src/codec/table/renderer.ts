import type { JsonObject } from '@podpass/kernel';

/** How one resource is shown: the columns after NAME, and the cells for them. */
export interface Renderer {
  /** Names as the API server spells them; a leading `*` shows the column only with `-o wide`. */
  readonly columns: readonly string[];
  /** `now` is in milliseconds since the epoch. */
  cells(object: JsonObject, now: number): (string | number)[];
}

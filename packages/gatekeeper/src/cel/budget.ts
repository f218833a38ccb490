import { CelLimitError } from './errors.ts';
import { celLimits } from './limits.ts';

/** What an evaluation may still use. Every operation pays before it works, so that no template can hold the process up. */
export interface Budget {
  /** Pays for so many steps. Throws CelLimitError. */
  charge(steps: number): void;
  /** Pays for making or searching text of so many characters. */
  chargeText(characters: number): void;
  /** Goes one level down; `leave` comes back. */
  enter(): void;
  leave(): void;
}

/** A budget of `steps` that also draws on `parent`. */
export const createBudget = (steps: number = celLimits.steps, parent?: Budget): Budget => {
  let left = steps;
  let depth = 0;
  const charge = (cost: number): void => {
    left -= cost;
    if (!(left >= 0)) throw new CelLimitError('the evaluation costs more than is allowed');
    parent?.charge(cost);
  };
  return {
    charge,
    chargeText: (characters) => charge(1 + Math.ceil(characters / celLimits.charactersPerStep)),
    enter() {
      depth += 1;
      if (depth > celLimits.depth) throw new CelLimitError('the evaluation nests too deeply');
      charge(1);
    },
    leave() {
      depth -= 1;
    },
  };
};

import { ArmError } from '../fault.ts';
import type { Problem, Shape } from './shape.ts';

/** Makes a provider's own error out of everything that is wrong with a body. */
export type InvalidBody = (problems: readonly Problem[]) => ArmError;

const sentence = ({ path, message }: Problem) => `${path === '' ? 'the body' : `'${path}'`} ${message}`;

/** The usual form: one error with all problems in its message and, one by one, in its details. */
export const invalidBody =
  (code: string, opening = 'The request is not valid'): InvalidBody =>
  (problems) =>
    new ArmError({ status: 400, code }, `${opening}: ${problems.map(sentence).join('; ')}.`, {
      ...(problems[0] === undefined || problems[0].path === '' ? {} : { target: problems[0].path }),
      details:
        problems.length < 2
          ? []
          : problems.map((problem) => ({
              code,
              message: `${sentence(problem)}.`,
              ...(problem.path === '' ? {} : { target: problem.path }),
            })),
    });

/** Problems beyond this many are not listed. */
const listed = 50;

/** Reads a body by its shape; throws `invalid` of all problems. */
export const readBody = <T>(shape: Shape<T>, body: unknown, invalid: InvalidBody): T => {
  const problems: Problem[] = [];
  const read = shape.read(body, '', problems);
  if (problems.length > 0) throw invalid(problems.slice(0, listed));
  const whole: unknown = read;
  return whole as T;
};

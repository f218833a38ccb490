import { IssuerFailure } from './fetch-issuer.ts';

/** The promise's outcome, or an `IssuerFailure` once it has taken longer than `milliseconds`. The promise itself goes on. */
export const within = async <T>(milliseconds: number, promise: Promise<T>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new IssuerFailure(`No answer of the issuer within ${milliseconds} ms.`, { gone: false })),
    milliseconds,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

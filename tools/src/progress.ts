/** Tells people what a long step is doing: a line when it begins, a sign of life every ten seconds, a line with its duration at the end. */
export const withProgress = async <T>(label: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`${label} …\n`);
  const timer = setInterval(() => process.stderr.write(`  still busy after ${seconds()} s: ${label}\n`), 10_000);
  try {
    const result = await work();
    process.stderr.write(`  done in ${seconds()} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
};

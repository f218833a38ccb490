import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { availableParallelism } from 'node:os';

/** Prints how many asynchronous RS256 signatures per second all cores make: the yardstick of token exchanges. Argument: seconds. */
const seconds = Number(process.argv[2] ?? '3');
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const data = randomBytes(700);
const width = availableParallelism() * 2;
let done = 0;
const deadline = performance.now() + seconds * 1000;
const started = performance.now();

const once = (): Promise<void> =>
  new Promise((resolve, reject) => sign('RSA-SHA256', data, privateKey, (error) => (error ? reject(error) : resolve())));

await Promise.all(
  Array.from({ length: width }, async () => {
    while (performance.now() < deadline) {
      await once();
      done += 1;
    }
  }),
);
process.stdout.write(`${JSON.stringify({ perSecond: (done * 1000) / (performance.now() - started) })}\n`);

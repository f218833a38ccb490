import { messageOf } from '@podpass/kernel';
import { StartFailure } from './start/failure.ts';
import { closeInherited } from './start/inherited.ts';
import { parseOptions } from './start/options.ts';
import { serve } from './start/serve.ts';

/** Prints the one line that whoever started the server waits for. */
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

closeInherited();
try {
  const running = await serve(parseOptions(process.argv.slice(2)));
  say({ ready: true, ...running.endpoints });
} catch (thrown) {
  const failure =
    thrown instanceof StartFailure
      ? thrown
      : new StartFailure('internal', `The server could not start: ${messageOf(thrown)}`, {
          hint: 'See logs/server.log in the data folder.',
          cause: thrown,
        });
  if (failure.code === 'internal') process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  say({ ready: false, code: failure.code, message: failure.message, hint: failure.hint });
  process.exit(failure.code === 'usage' ? 2 : 1);
}

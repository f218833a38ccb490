import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { rowsOf, textOf } from '../platform/answers.ts';
import { callControl } from '../platform/control.ts';
import { requirePlatform } from '../platform/run-state.ts';

export const keysCommand: Register = ({ program, handle, common }) => {
  const keys = program
    .command('keys')
    .description('Show and rotate the keys with which the token service signs.')
    .enablePositionalOptions();
  common(keys.command('list'))
    .description('List the key that signs and those that are still published.')
    .addHelpText('after', `\nExample:\n  podpass keys list\n${exitCodeHelp}`)
    .action(handle(list));
  common(keys.command('rotate'))
    .description('Sign with a new key from now on. The one before stays published until the last token that it signed has expired.')
    .option('--revoke', 'withdraw all other keys at once: every token that they signed becomes void')
    .addHelpText('after', `\nExamples:\n  podpass keys rotate\n  podpass keys rotate --revoke\n${exitCodeHelp}`)
    .action(handle(rotate));
};

const lines = (answer: unknown): readonly string[] =>
  rowsOf(answer, 'keys').map((key) => {
    const until = key['retiresDateTime'] === undefined ? '' : `, leaves the key set ${textOf(key, 'retiresDateTime')}`;
    return `${textOf(key, 'kid')}  ${textOf(key, 'state')}, made ${textOf(key, 'createdDateTime')}${until}`;
  });

const list = async ({ folder, output }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const answer = await callControl(run, { method: 'GET', path: '/keys' });
  output.result(answer, lines(answer).join('\n'));
  return exitCodes.ok;
};

const rotate = async ({ folder, output, options }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const revoke = options['revoke'] === true;
  const answer = await callControl(run, { method: 'POST', path: '/keys/rotate', body: { revoke } });
  const said = revoke ? 'Rotated; every token that was signed before is void.' : 'Rotated; tokens that were signed before stay valid.';
  output.result(answer, [said, ...lines(answer)].join('\n'));
  return exitCodes.ok;
};

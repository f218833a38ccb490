import { InvalidArgumentError, Option } from 'commander';
import { isObject } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { callControl } from '../platform/control.ts';
import { requirePlatform } from '../platform/run-state.ts';

export const propagationCommand: Register = ({ program, handle, common }) => {
  common(program.command('propagation'))
    .description(
      'Show or set how long new and changed federated credentials take to come into force. In Azure it is a while; here at once, unless set.',
    )
    .addOption(new Option('--federated-credentials <seconds>', 'delay from 0 to 600 seconds').argParser(seconds))
    .addOption(new Option('--off', 'no delay').conflicts('federatedCredentials'))
    .addHelpText(
      'after',
      `\nExamples:\n  podpass propagation\n  podpass propagation --federated-credentials 20\n  podpass propagation --off\n${exitCodeHelp}`,
    )
    .action(handle(propagation));
};

const seconds = (text: string): number => {
  const number = Number(text);
  if (!/^\d{1,3}(?:\.\d{1,3})?$/.test(text) || number > 600) throw new InvalidArgumentError('It must be a number from 0 to 600.');
  return number;
};

const propagation = async ({ folder, output, options }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const wanted = options['off'] === true ? 0 : options['federatedCredentials'];
  const answer = await callControl(
    run,
    wanted === undefined
      ? { method: 'GET', path: '/propagation' }
      : { method: 'PUT', path: '/propagation', body: { federatedCredentials: wanted } },
  );
  const delay = isObject(answer) && typeof answer['federatedCredentials'] === 'number' ? answer['federatedCredentials'] : 0;
  output.result(
    answer,
    delay === 0
      ? 'Federated credentials come into force as soon as they are written.'
      : `Federated credentials come into force ${delay} s after they are written.`,
  );
  return exitCodes.ok;
};

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject, systemCode } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { rowsOf, textOf } from '../platform/answers.ts';
import { callControl } from '../platform/control.ts';
import { requirePlatform } from '../platform/run-state.ts';

export const issuerCommand: Register = ({ program, handle, common }) => {
  const issuer = program
    .command('issuer')
    .description('Vouch for OpenID Connect issuers inside your network. Without it federated credentials reach no internal address.')
    .enablePositionalOptions();
  common(issuer.command('add'))
    .description('Let the token service fetch keys from this issuer, wherever it is. Adding it again replaces its certificates.')
    .argument('<url>', 'the issuer, as its tokens and the federated credentials name it')
    .option('--ca <file>', 'certificates in PEM that vouch for its TLS (default: the public ones)')
    .addHelpText('after', `\nExample:\n  podpass issuer add https://spire.internal:8443 --ca spire-ca.pem\n${exitCodeHelp}`)
    .action(handle(add));
  common(issuer.command('list'))
    .description('List the issuers that you vouch for.')
    .addHelpText('after', `\nExample:\n  podpass issuer list\n${exitCodeHelp}`)
    .action(handle(list));
  common(issuer.command('remove'))
    .description('No longer vouch for an issuer.')
    .argument('<url>', 'the issuer, as it was added')
    .addHelpText('after', `\nExample:\n  podpass issuer remove https://spire.internal:8443\n${exitCodeHelp}`)
    .action(handle(remove));
};

const add = async ({ system, folder, output, options }: CommandContext, issuer: string): Promise<number> => {
  const ca = typeof options['ca'] === 'string' ? await readCertificates(path.resolve(system.cwd, options['ca']), options['ca']) : undefined;
  const { run } = await requirePlatform(folder);
  const answer = await callControl(run, { method: 'PUT', path: '/issuers', body: { issuer, ...(ca === undefined ? {} : { ca }) } });
  output.result(answer, `The token service may now fetch keys from ${issuer}.`);
  return exitCodes.ok;
};

const list = async ({ folder, output }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const issuers = rowsOf(await callControl(run, { method: 'GET', path: '/issuers' }), 'issuers');
  const lines = issuers.map(
    (row) =>
      `${textOf(row, 'issuer')}  added ${textOf(row, 'registeredDateTime')}${row['ca'] === undefined ? '' : ', with its own certificates'}`,
  );
  output.result({ issuers }, lines.length === 0 ? 'No issuer is registered.' : lines.join('\n'));
  return exitCodes.ok;
};

const remove = async ({ folder, output }: CommandContext, issuer: string): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const answer = await callControl(run, { method: 'DELETE', path: `/issuers?issuer=${encodeURIComponent(issuer)}` });
  if (isObject(answer) && answer['removed'] === false) {
    throw new CliFailure('not-found', `The issuer ${issuer} is not registered.`, {
      why: 'Issuers are compared to the character, a final slash included.',
      next: 'List them with `podpass issuer list`.',
    });
  }
  output.result(answer, `The issuer ${issuer} is no longer registered.`);
  return exitCodes.ok;
};

const readCertificates = async (file: string, named: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new CliFailure('ca-unreadable', `The certificates ${named} cannot be read.`, {
      why: systemCode(thrown) === 'ENOENT' ? 'There is no such file.' : (systemCode(thrown) ?? 'unknown'),
      next: 'Name a file with certificates in PEM.',
      exitCode: exitCodes.usage,
      cause: thrown,
    });
  }
};

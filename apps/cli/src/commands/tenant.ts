import { isObject } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { callControl } from '../platform/control.ts';
import { requirePlatform } from '../platform/run-state.ts';
import { rowsOf, textOf } from '../platform/answers.ts';

export const tenantCommand: Register = ({ program, handle, common }) => {
  const tenant = program
    .command('tenant')
    .description('Create tenants beside the first one, strictly apart: each with its own users, applications and subscription.')
    .enablePositionalOptions();
  common(tenant.command('create'))
    .description('Create a tenant with an administrator, who owns its subscription. The password is shown once and kept nowhere.')
    .argument('<name>', 'display name')
    .requiredOption('--domain <domain>', 'its domain; the administrator is admin@DOMAIN')
    .option('--id <guid>', 'its id (default: a random one)')
    .addHelpText(
      'after',
      `\nExamples:\n  podpass tenant create Contoso --domain contoso.onmicrosoft.com\n  podpass tenant create Contoso --domain contoso.example --output json\n${exitCodeHelp}`,
    )
    .action(handle(create));
  common(tenant.command('list'))
    .description('List the tenants and their subscriptions.')
    .addHelpText('after', `\nExample:\n  podpass tenant list --output json\n${exitCodeHelp}`)
    .action(handle(list));
};

const create = async ({ folder, output, options }: CommandContext, displayName: string): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const { domain, id } = options;
  const body = { displayName, domain, ...(id === undefined ? {} : { id }) };
  const answer = await callControl(run, { method: 'POST', path: '/tenants', body });
  const administrator = textOf(answer, 'userPrincipalName');
  output.result(
    answer,
    [
      `Created the tenant ${displayName} (${textOf(answer, 'domain')}) with the id ${textOf(answer, 'tenantId')}.`,
      `  subscription   ${textOf(answer, 'subscriptionId')}`,
      `  administrator  ${administrator}`,
      `  password       ${textOf(answer, 'password')}`,
      'The password is kept nowhere: note it now.',
      `Try next: podpass exec${options['data'] === undefined ? '' : ` --data ${folder.root}`} -- az login --username ${administrator}`,
    ].join('\n'),
  );
  return exitCodes.ok;
};

const list = async ({ folder, output }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const answer = await callControl(run, { method: 'GET', path: '/tenants' });
  const tenants = rowsOf(answer, 'tenants');
  output.result({ tenants }, tenants.map(describe).join('\n'));
  return exitCodes.ok;
};

const describe = (tenant: Readonly<Record<string, unknown>>): string => {
  const domains = Array.isArray(tenant['domains']) ? tenant['domains'].join(', ') : '';
  const subscriptions: readonly unknown[] = Array.isArray(tenant['subscriptions']) ? tenant['subscriptions'] : [];
  return [
    `${textOf(tenant, 'tenantId')}  ${textOf(tenant, 'displayName')} (${domains})`,
    ...subscriptions.filter(isObject).map((row) => `  subscription ${textOf(row, 'subscriptionId')}  ${textOf(row, 'displayName')}`),
  ].join('\n');
};

import { isObject } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { findPlatform, type RunningPlatform } from '../platform/run-state.ts';

export const statusCommand: Register = ({ program, handle, common }) => {
  common(program.command('status'))
    .description('Say whether the platform runs, where it listens and which clusters it has.')
    .addHelpText('after', exitCodeHelp)
    .action(handle(status));
};

const status = async ({ folder, output }: CommandContext): Promise<number> => {
  const platform = await findPlatform(folder);
  if (!platform) {
    output.result({ running: false, data: folder.root }, `Not running (data in ${folder.root}). Start it with: podpass up --detach`);
    return exitCodes.notRunning;
  }
  const { pid, proxy, control, https, startedAt } = platform.run;
  output.result(
    { running: true, data: folder.root, pid, proxy, control, https, startedAt, ...platform.status },
    describe(folder.root, platform),
  );
  return exitCodes.ok;
};

const describe = (root: string, { run, status: said }: RunningPlatform): string => {
  const uptime = typeof said['uptimeSeconds'] === 'number' ? ` for ${duration(said['uptimeSeconds'])}` : '';
  const version = typeof said['version'] === 'string' ? ` ${said['version']}` : '';
  const clusters = Array.isArray(said['clusters'])
    ? said['clusters'].map((cluster: unknown) => (isObject(cluster) ? String(cluster['name']) : '?'))
    : [];
  const { clock } = said;
  const shift = isObject(clock) ? clockShift(clock) : '';
  return [
    `Running${version}${uptime}`,
    `  process   ${run.pid}`,
    `  data      ${root}`,
    `  proxy     ${run.proxy}`,
    `  TLS port  ${run.https}`,
    `  control   ${run.control}`,
    ...(typeof said['tenants'] === 'number' ? [`  tenants   ${said['tenants']}`] : []),
    ...(isObject(said['runtime']) ? [`  runtime   ${String(said['runtime']['name'])} (${String(said['runtime']['because'])})`] : []),
    `  clusters  ${clusters.length === 0 ? 'none' : clusters.join(', ')}`,
    ...(shift ? [`  clock     ${shift}`] : []),
  ].join('\n');
};

const clockShift = (clock: Readonly<Record<string, unknown>>): string => {
  const parts = [
    typeof clock['offsetSeconds'] === 'number' && clock['offsetSeconds'] !== 0 ? `shifted by ${clock['offsetSeconds']} s` : '',
    clock['frozen'] === true ? 'frozen' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
};

const duration = (seconds: number): string => {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

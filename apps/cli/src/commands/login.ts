import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { isObject, parseJson, systemCode } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { commandEnvironment, platformVariables } from '../platform/environment.ts';
import type { DataFolder } from '../platform/folder.ts';
import { requirePlatform } from '../platform/run-state.ts';

export const loginCommand: Register = ({ program, handle, common }) => {
  common(program.command('login'))
    .description(
      'Sign az in to the running platform as its administrator, in a configuration of its own: your real sign-ins are not touched.',
    )
    .option('--service-principal', 'sign in as the automation principal instead')
    .addHelpText('after', exitCodeHelp)
    .action(handle(login));
};

interface Account {
  readonly user: string;
  readonly secret: string;
  readonly args: readonly string[];
}

const login = async ({ system, folder, output, options }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const account = await readAccount(folder, options['servicePrincipal'] === true);
  const env = commandEnvironment(system.env, platformVariables(folder, run.proxy));
  // `@-` makes az read the secret from its standard input: an argument could be seen in the list of processes.
  const args = ['login', ...account.args, '--username', account.user, '--password', '@-', '--output', 'json'];
  const { code, stdout, stderr } = await az(args, account.secret, env);
  if (code !== 0) {
    throw new CliFailure('login-failed', `az could not sign in as ${account.user}.`, {
      why: lastWords(stderr, account.secret) || `az ended with exit code ${code}.`,
      next: 'See `podpass status` and `podpass logs`.',
    });
  }
  const subscriptions = parseJson(stdout);
  const first: unknown = Array.isArray(subscriptions) ? subscriptions[0] : undefined;
  const name = isObject(first) ? ` Subscription: ${String(first['name'])} (${String(first['id'])}).` : '';
  output.result(subscriptions ?? [], `Signed in as ${account.user}.${name}`);
  return exitCodes.ok;
};

const readAccount = async (folder: DataFolder, servicePrincipal: boolean): Promise<Account> => {
  const admin = parseJson(await readFile(folder.admin, 'utf8').catch(() => ''));
  if (isObject(admin)) {
    const { userPrincipalName, password, tenantId, servicePrincipal: principal } = admin;
    if (!servicePrincipal && typeof userPrincipalName === 'string' && typeof password === 'string') {
      return { user: userPrincipalName, secret: password, args: [] };
    }
    if (servicePrincipal && isObject(principal) && typeof principal['appId'] === 'string' && typeof principal['secret'] === 'string') {
      return { user: principal['appId'], secret: principal['secret'], args: ['--service-principal', '--tenant', String(tenantId)] };
    }
  }
  throw new CliFailure('data-corrupt', `The file ${folder.admin} cannot be read, or names nobody to sign in as.`, {
    why: 'It is written at the first start of a platform.',
    next: 'Restore it from a backup, or start anew with `podpass reset`.',
  });
};

const az = (args: readonly string[], secret: string, env: Record<string, string | undefined>) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn('az', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (cause) =>
      reject(
        new CliFailure('command-not-found', 'The Azure CLI (az) cannot be run.', {
          why: systemCode(cause) === 'ENOENT' ? 'It is not on PATH.' : cause.message,
          next: 'Install it, or set PODPASS_TOOLS to the folder that holds it.',
          cause,
        }),
      ),
    );
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // az may end before it reads the secret; its own message says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(secret);
  });

/** The end of az's message, never with the secret in it. */
const lastWords = (stderr: string, secret: string): string => stderr.trim().split('\n').slice(-5).join('\n').replaceAll(secret, '***');

import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Compiled code is kept between starts. The command line is started often and lives briefly, so that parsing is most of what it does.
// Compiled code must come from a folder that only this user can write, so a shared temporary folder will not do.
const compileCache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'podpass', 'compile');
module.enableCompileCache(compileCache);

const { runCli } = await import('./program.ts');
const status = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  node: process.execPath,
  serverEntry: () => fileURLToPath(new URL('main.ts', import.meta.resolve('@podpass/server'))),
  compileCache,
});
process.exitCode = status;

import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Compiled code is kept between starts. The command line is started often and lives briefly, so that parsing is most of what it does.
const compileCache = path.join(os.tmpdir(), `podpass-compile-cache-${process.getuid?.() ?? 'user'}`);
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

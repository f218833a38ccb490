#!/usr/bin/env node
/*
 * Starts the command line under Node 24. This file is plain JavaScript that Node 20 understands, because the Node on
 * PATH may be older than the one that the sources need; the newer one comes with `npm ci` as a package.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/* In a checkout, the clients that its tests and walkthrough fetched serve people too, unless they name others. */
const fetchedTools = fileURLToPath(new URL('../../../.tools/bin', import.meta.url));
if (process.env.PODPASS_TOOLS === undefined && existsSync(fetchedTools)) process.env.PODPASS_TOOLS = fetchedTools;

const bundledNode = () => {
  try {
    const description = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return path.join(path.dirname(description), 'bin', 'node');
  } catch {
    return undefined;
  }
};

/** Runs `node` in this process's place: same streams, same signals, same exit code. */
const become = (node) => {
  // The keys of a terminal reach the child by themselves: it is in the same process group.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    const fromKeyboard = signal === 'SIGINT' || signal === 'SIGQUIT';
    process.on(signal, () => {
      if (!(fromKeyboard && atTerminal)) child.kill(signal);
    });
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`podpass: Node ${needed} at ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

if (Number.parseInt(process.versions.node, 10) >= needed) {
  await import(main);
} else {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `podpass: this is Node ${process.versions.node}, and Podpass needs Node ${needed}; run \`npm ci\` with optional dependencies, or install Node ${needed}.\n`,
    );
    process.exitCode = 1;
  } else {
    become(node);
  }
}

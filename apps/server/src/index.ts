/**
 * `server` is the composition root: it opens the data folder, plugs every part into the others and serves them behind
 * one TLS listener and one CONNECT proxy on loopback. Only here are environment, ports and files known; every part below
 * receives what it needs.
 */
export { serve, type Running } from './start/serve.ts';
export { parseOptions, type StartOptions } from './start/options.ts';

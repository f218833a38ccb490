import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Draft } from './exchange.ts';
import { createLifetime } from './lifetime.ts';

const draft = () => {
  const request = { method: 'GET', headers: { host: 'a.test' }, socket: new Socket() } as Partial<IncomingMessage> as IncomingMessage;
  const response = { destroyed: false, once: () => response } as Partial<ServerResponse> as ServerResponse;
  const to = { host: 'a.test', authority: 'a.test', port: 443, target: { path: '/x', query: 'b=1&b=2' } };
  return new Draft(request, to, createLifetime(response));
};

it('has no accessors of its own: each would keep its request in memory until a full collection', () => {
  const made = draft();
  for (const one of [made, made.peer])
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(one)))
      expect([name, 'value' in descriptor]).toEqual([name, true]);
});

it('parses its query and makes its signal once, when they are asked for', () => {
  const made = draft();
  expect([made.query.getAll('b'), made.signal.aborted, made.peer.certificate]).toEqual([['1', '2'], false, undefined]);
  expect([made.query, made.signal]).toEqual([made.query, made.signal]);
  expect(made.query).toBe(made.query);
  expect(made.signal).toBe(made.signal);
  expect(made.id).not.toBe(draft().id);
});

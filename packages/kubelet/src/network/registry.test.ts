import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPodRegistry } from './registry.ts';

const source = (uid: string, ip = '10.244.0.2', hostNetwork = false) => ({ uid, namespace: 'default', name: uid, ip, hostNetwork });

describe('the registry of pods', () => {
  it('destroys the connections of a pod that is removed, and no others', () => {
    const registry = createPodRegistry();
    const [one, other] = [source('a'), source('b', '10.244.0.3')];
    registry.add(one, true);
    registry.add(other, true);
    const [mine, theirs] = [new Socket(), new Socket()];
    expect([registry.pin(mine, one), registry.pin(theirs, other)]).toStrictEqual([true, true]);
    registry.remove('a');
    expect([mine.destroyed, theirs.destroyed]).toStrictEqual([true, false]);
    expect(registry.byAddress('10.244.0.2')).toBeUndefined();
    registry.clear();
    expect(theirs.destroyed).toBe(true);
  });
  it('does not take a connection of an earlier pod for one of a later with the same uid and address', () => {
    const registry = createPodRegistry();
    const earlier = source('a');
    registry.add(earlier, true);
    registry.remove('a');
    registry.add(source('a'), true);
    const socket = new Socket();
    expect(registry.pin(socket, earlier)).toBe(false);
    expect(socket.destroyed).toBe(true);
  });
  it('bounds the connections of a pod', () => {
    const registry = createPodRegistry();
    const one = source('a');
    registry.add(one, true);
    const pinned = Array.from({ length: 600 }, () => registry.pin(new Socket(), one));
    expect(pinned.filter(Boolean).length).toBe(512);
    expect(pinned.at(-1)).toBe(false);
  });
  it('does not find pods by an address that they share', () => {
    const registry = createPodRegistry();
    registry.add(source('a', '10.224.0.4', true), false);
    expect(registry.byAddress('10.224.0.4')).toBeUndefined();
    expect(registry.get('a')).toMatchObject({ hostNetwork: true });
  });
});

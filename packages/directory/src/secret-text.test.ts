import { expect, test } from 'vitest';
import { newSecretText, secretLength } from './secret-text.ts';

const many = Array.from({ length: 2000 }, newSecretText);

test('no generated secret starts with a sign that a command line or a shell would take for something else', () => {
  expect(many.filter((text) => !/^[A-Za-z0-9]/.test(text))).toEqual([]);
});

test('generated secrets have the documented length and characters, and none comes twice', () => {
  expect(many.filter((text) => text.length !== secretLength || !/^[\w~-]+$/.test(text))).toEqual([]);
  expect(new Set(many).size).toBe(many.length);
  expect(many.some((text) => text.includes('-'))).toBe(true);
});

import { defineConfig } from 'vitest/config';

/**
 * `unit` is fast and in-process; `clients` drives a running platform with the real tools and is slower.
 * Files named `*.clients.test.ts` belong to the second, all other tests to the first.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{packages,apps,examples,tools,conformance,bench}/**/src/**/*.test.ts'],
          exclude: ['**/*.clients.test.ts', '**/node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'clients',
          include: ['{conformance,apps,tools}/**/src/**/*.clients.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

import { defineConfig, type OxlintOverride } from 'oxlint';
import { machineReaders, outsiders, owners, packages } from './tools/src/layers/table.ts';

const everyPackage = packages.map((row) => row.name);

/** Turns one row of the layer table into the lint rules of that package's folder. */
const layer = (row: (typeof packages)[number]): OxlintOverride => {
  const foreign = everyPackage.filter((name) => name !== row.name && !row.imports.includes(name));
  const paths = [
    ...foreign.map((name) => ({ name: `@podpass/${name}`, message: `${row.name} must not import ${name}: see tools/src/layers/table.ts` })),
    ...Object.entries(owners)
      .filter(([, owning]) => !owning.includes(row.name) && !outsiders.includes(row.name))
      .map(([library, owning]) => ({ name: library, message: `${library} belongs to ${owning.join(', ')}` })),
  ];
  return {
    files: [`${row.folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths, patterns: [{ group: ['@podpass/*/src/*', '**/packages/*'], message: 'Import a package by its name, not by its files.' }] },
      ],
      ...(machineReaders.includes(row.name)
        ? {}
        : {
            'no-restricted-properties': [
              'error',
              { object: 'Date', property: 'now', message: 'Time comes from the kernel clock.' },
              { object: 'process', property: 'env', message: 'Only apps read the environment.' },
              { object: 'Math', property: 'random', message: 'Randomness comes from the kernel ids.' },
              { object: 'crypto', property: 'randomUUID', message: 'Randomness comes from the kernel ids.' },
            ],
          }),
    },
  };
};

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'vitest', 'node'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  env: { node: true, es2024: true },
  ignorePatterns: ['**/generated/**', '**/dist/**', '.tools/**', 'node_modules/**'],
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'max-lines': ['error', { max: 400 }],
    'max-params': ['error', { max: 4 }],
    'no-var': 'error',
    'prefer-const': 'error',
    eqeqeq: 'error',
    // A transaction's `then` is etcd's own word for it; the objects are never awaited.
    'unicorn/no-thenable': 'off',
    // Parts are plain objects whose functions never use `this`.
    'typescript/unbound-method': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', '*.expect*'] }],
  },
  overrides: [
    ...packages.map(layer),
    { files: ['**/*.test.ts'], rules: { 'max-lines': ['error', { max: 600 }], 'typescript/no-non-null-assertion': 'off' } },
  ],
});

import path from 'node:path';
import type { SdkProgram } from './program.ts';

/** The programs of the SDK matrix that are not TypeScript. Each brings its own dependencies, pinned, from its language's registry. */
export const sdkPrograms = {
  python: {
    language: 'Python',
    needs: ['python3'],
    sources: ['requirements.txt', 'matrix.py'],
    build: (folder) => [
      ['python3', ['-m', 'venv', path.join(folder, 'venv')]],
      [path.join(folder, 'venv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', 'requirements.txt']],
      ['cp', ['matrix.py', folder]],
    ],
    command: (folder) => [path.join(folder, 'venv/bin/python'), path.join(folder, 'matrix.py')],
  },
  go: {
    language: 'Go',
    needs: ['go'],
    sources: ['go.mod', 'go.sum', 'main.go'],
    // Without tool chain downloads: a Go that is too old is a reason to skip, not to fetch another one.
    build: (folder) => [['go', ['build', '-o', path.join(folder, 'matrix'), '.'], { GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' }]],
    command: (folder) => [path.join(folder, 'matrix')],
  },
  java: {
    language: 'Java',
    needs: ['java', 'mvn'],
    sources: ['pom.xml', 'src/main/java/podpass/Matrix.java'],
    build: (folder) => [['mvn', ['--quiet', '--batch-mode', `-Dbuild.folder=${folder}/build`, 'package']]],
    command: (folder) => ['java', '-cp', `${folder}/build/sdk-matrix-0.1.0.jar:${folder}/build/lib/*`, 'podpass.Matrix'],
  },
} as const satisfies Readonly<Record<string, SdkProgram>>;

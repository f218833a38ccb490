import { standardManifests } from './standard.ts';
import { toYaml } from './yaml.ts';

/**
 * The files of `deploy/aad-pod-identity` with their contents. MIC's exception has one of its own, as upstream's has:
 * kubectl applies no object of a kind whose definition comes in the same file.
 */
export const standardFiles = (): ReadonlyMap<string, string> => {
  const manifests = standardManifests();
  const isException = ({ kind }: { readonly kind: string }): boolean => kind === 'AzurePodIdentityException';
  const head = '# Written by packages/pod-identity/src/addon/standard/write.ts\n';
  return new Map([
    ['standard.yaml', head + toYaml(manifests.filter((manifest) => !isException(manifest)))],
    ['mic-exception.yaml', head + toYaml(manifests.filter(isException))],
  ]);
};

import type { Component, ImageCatalogue, Program } from '@podpass/kubelet';

const repository = 'mcr.microsoft.com/oss/azure/aad-pod-identity';
/** The image without its tag or digest. */
const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

export const isNmiImage = (image: string): boolean => nameOf(image) === `${repository}/nmi`;
const isMicImage = (image: string): boolean => nameOf(image) === `${repository}/mic`;

/** A catalogue in which the images of NMI and MIC stand for the platform's own parts, unless somebody mapped them to programs. */
export const withComponents = (
  images: ImageCatalogue,
  components: { readonly nmi: Component; readonly mic: Component },
): ImageCatalogue => {
  const nmi: Program = { command: ['nmi'], component: components.nmi };
  const mic: Program = { command: ['mic'], component: components.mic };
  return {
    ...images,
    find: (image) => images.find(image) ?? (isNmiImage(image) ? nmi : isMicImage(image) ? mic : undefined),
  };
};

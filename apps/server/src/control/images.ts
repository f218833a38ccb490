import type { ImageCatalogue } from '@podpass/kubelet';
import { isObject } from '@podpass/kernel';
import type { ControlRoute } from './control.ts';
import { ControlRefusal } from './request.ts';

const imageOf = (query: URLSearchParams): string => {
  const image = query.get('image');
  if (image === null || image === '' || image.length > 500) throw new ControlRefusal('Name an image with ?image=.');
  return image;
};

/** The image catalogue: what runs behind an image name in the process runtime. */
export const imageRoutes = (images: ImageCatalogue): readonly ControlRoute[] => [
  { method: 'GET', path: '/images', handle: async () => ({ images: images.list() }) },
  {
    method: 'PUT',
    path: '/images',
    async handle({ query, body }) {
      const command = isObject(body) ? body['command'] : undefined;
      if (!Array.isArray(command) || command.length === 0 || !command.every((part) => typeof part === 'string'))
        throw new ControlRefusal('Give {"command": ["program", "argument", …]}.');
      const image = imageOf(query);
      await images.map(image, command);
      return { image, command };
    },
  },
  {
    method: 'DELETE',
    path: '/images',
    async handle({ query }) {
      const image = imageOf(query);
      return { image, removed: await images.unmap(image) };
    },
  },
];

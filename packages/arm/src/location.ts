import { fail } from './errors.ts';
import { groupType } from './model.ts';
import { regionName, regions } from './regions.ts';

/**
 * The region that a body names. Throws `LocationRequired`, and for an unknown one `LocationNotAvailableForResourceGroup`
 * or, for every other type, `LocationNotAvailableForResourceType`.
 */
export const requireRegion = (location: string | undefined, type: string): string => {
  if (location === undefined || location.trim() === '') throw fail('LocationRequired');
  const region = regionName(location);
  if (region !== undefined) return region;
  const names = regions.filter((each) => each.physical).map((each) => each.name);
  const told = { location: location.slice(0, 60), regions: names.join(',') };
  throw type === groupType
    ? fail('LocationNotAvailableForResourceGroup', told)
    : fail('LocationNotAvailableForResourceType', { ...told, type });
};

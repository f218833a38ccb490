import { fail } from './errors.ts';
import { regionName, regions } from './regions.ts';

/** The region that a body names. Throws `LocationRequired` or `LocationNotAvailableForResourceType`. */
export const requireRegion = (location: string | undefined, type: string): string => {
  if (location === undefined || location.trim() === '') throw fail('LocationRequired');
  const region = regionName(location);
  if (region !== undefined) return region;
  const names = regions.filter((each) => each.physical).map((each) => each.name);
  throw fail('LocationNotAvailableForResourceType', { location: location.slice(0, 60), type, regions: names.join(',') });
};

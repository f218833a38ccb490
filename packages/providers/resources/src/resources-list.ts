import { fail, groupType, operation, type ArmRequest, type Resource } from '@podpass/arm';
import { page } from './paging.ts';
import { paths } from './wire.ts';

type Test = (resource: Resource) => boolean;

const same = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase();
/** A map, not an object: names come from clients, and every object has a `constructor`. */
const fields = new Map<string, (wanted: string) => Test>([
  ['resourcetype', (wanted) => (resource) => same(resource.type, wanted)],
  ['name', (wanted) => (resource) => same(resource.name, wanted)],
  ['resourcegroup', (wanted) => (resource) => same(resource.resourceGroup, wanted)],
  ['location', (wanted) => (resource) => same(resource.location, wanted)],
]);

const clause = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/i;

/** Reads `a eq 'x' and b eq 'y'`. Anything else is refused: a filter that were ignored would show too much. */
const readFilter = (text: string | null): Test => {
  if (text === null || text.trim() === '') return () => true;
  const refuse = () =>
    fail('InvalidFilterInQueryString', {
      filter: text.slice(0, 200),
      supported: 'Supported are resourceType, name, resourceGroup and location, compared by eq and joined by and.',
    });
  if (text.length > 1000) throw refuse();
  const tests = text.split(/\s+and\s+(?=\w+\s+eq\s)/i).map((part) => {
    const [, field, value] = clause.exec(part) ?? [];
    const make = field === undefined ? undefined : fields.get(field.toLowerCase());
    if (make === undefined || value === undefined) throw refuse();
    return make(value.replaceAll("''", "'"));
  });
  return (resource) => tests.every((test) => test(resource));
};

const item = (resource: Resource) => ({
  id: resource.id,
  name: resource.name,
  type: resource.type,
  location: resource.location,
  tags: resource.tags,
});

const answer = async (request: ArmRequest, resourceGroup?: string) => {
  const filter = readFilter(request.query.get('$filter'));
  const resources = request.arm.resources
    .list({ subscriptionId: request.subscription.subscriptionId, ...(resourceGroup === undefined ? {} : { resourceGroup }) })
    .filter((resource) => resource.type !== groupType && resource.resourceGroup !== undefined && filter(resource))
    .map(item);
  return { status: 200, body: page(resources, request) };
};

export const resourcesList = operation({
  name: 'Resources_List',
  method: 'GET',
  path: paths.resources,
  access: { kind: 'action', action: 'Microsoft.Resources/subscriptions/resources/read', trim: 'by-type' },
  handler: (request) => answer(request),
});

export const groupResourcesList = operation({
  name: 'Resources_ListByResourceGroup',
  method: 'GET',
  path: paths.groupResources,
  access: { kind: 'action', action: 'Microsoft.Resources/subscriptions/resourceGroups/resources/read', trim: 'by-type' },
  handler: (request) => answer(request, request.group.name),
});

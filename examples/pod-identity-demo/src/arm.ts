import type { Get } from './request.ts';
import { parseObject, shown } from './token.ts';

const arm = 'https://management.azure.com';
const apiVersion = '2019-12-01';
/** Most pages of virtual machines that are followed. */
const pages = 20;

/**
 * Counts the virtual machines of a resource group. Rejects with Azure's refusal. Source:
 * https://learn.microsoft.com/rest/api/compute/virtual-machines/list
 */
export const countVirtualMachines = async (
  get: Get,
  { subscriptionId, resourceGroup, token }: { readonly subscriptionId: string; readonly resourceGroup: string; readonly token: string },
): Promise<number> => {
  const group = `${arm}/subscriptions/${encodeURIComponent(subscriptionId)}/resourceGroups/${encodeURIComponent(resourceGroup)}`;
  let next: unknown = `${group}/providers/Microsoft.Compute/virtualMachines?api-version=${apiVersion}`;
  let count = 0;
  for (let page = 0; page < pages && typeof next === 'string' && next !== ''; page += 1) {
    // The token goes nowhere else, whatever a link says.
    if (!next.startsWith(`${arm}/`)) throw new Error('the next page is not of the resource manager');
    const { status, body } = await get(next, { Authorization: `Bearer ${token}`, Accept: 'application/json' });
    if (status !== 200) throw new Error(`StatusCode=${String(status)} -- Original Error: ${shown(body)}`);
    const { value, nextLink } = parseObject(body);
    count += Array.isArray(value) ? value.length : 0;
    next = nextLink;
  }
  return count;
};

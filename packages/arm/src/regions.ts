/**
 * Azure's public regions: name, display name, geography group. Source: the list of the public documentation,
 * https://learn.microsoft.com/azure/reliability/regions-list (2026).
 */
const table = `
asia|Asia|Asia Pacific
australiacentral|Australia Central|Asia Pacific
australiacentral2|Australia Central 2|Asia Pacific
australiaeast|Australia East|Asia Pacific
australiasoutheast|Australia Southeast|Asia Pacific
austriaeast|Austria East|Europe
belgiumcentral|Belgium Central|Europe
brazilsouth|Brazil South|South America
brazilsoutheast|Brazil Southeast|South America
canadacentral|Canada Central|Canada
canadaeast|Canada East|Canada
centralindia|Central India|Asia Pacific
centralus|Central US|US
chilecentral|Chile Central|South America
eastasia|East Asia|Asia Pacific
eastus|East US|US
eastus2|East US 2|US
francecentral|France Central|Europe
francesouth|France South|Europe
germanynorth|Germany North|Europe
germanywestcentral|Germany West Central|Europe
indonesiacentral|Indonesia Central|Asia Pacific
israelcentral|Israel Central|Middle East
italynorth|Italy North|Europe
japaneast|Japan East|Asia Pacific
japanwest|Japan West|Asia Pacific
koreacentral|Korea Central|Asia Pacific
koreasouth|Korea South|Asia Pacific
malaysiawest|Malaysia West|Asia Pacific
mexicocentral|Mexico Central|Mexico
newzealandnorth|New Zealand North|Asia Pacific
northcentralus|North Central US|US
northeurope|North Europe|Europe
norwayeast|Norway East|Europe
norwaywest|Norway West|Europe
polandcentral|Poland Central|Europe
qatarcentral|Qatar Central|Middle East
southafricanorth|South Africa North|Africa
southafricawest|South Africa West|Africa
southcentralus|South Central US|US
southindia|South India|Asia Pacific
southeastasia|Southeast Asia|Asia Pacific
spaincentral|Spain Central|Europe
swedencentral|Sweden Central|Europe
swedensouth|Sweden South|Europe
switzerlandnorth|Switzerland North|Europe
switzerlandwest|Switzerland West|Europe
uaecentral|UAE Central|Middle East
uaenorth|UAE North|Middle East
uksouth|UK South|Europe
ukwest|UK West|Europe
westcentralus|West Central US|US
westeurope|West Europe|Europe
westindia|West India|Asia Pacific
westus|West US|US
westus2|West US 2|US
westus3|West US 3|US`;

export interface Region {
  readonly name: string;
  readonly displayName: string;
  readonly geographyGroup: string;
  /** Whether resources can live there; logical regions only name a part of the world. */
  readonly physical: boolean;
}

export const regions: readonly Region[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', displayName = '', geographyGroup = ''] = line.split('|');
    return { name, displayName, geographyGroup, physical: name !== 'asia' };
  });

const byName = new Map(regions.filter((region) => region.physical).map((region) => [region.name, region]));

/** `East US` → `eastus`. Undefined when there is no such region. */
export const regionName = (text: string): string | undefined => byName.get(text.replaceAll(' ', '').toLowerCase())?.name;

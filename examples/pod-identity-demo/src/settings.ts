/** What the demo is started with. */
export interface Settings {
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly resourceGroup: string;
  /** What the tokens are for. */
  readonly resource: string;
  /** Milliseconds between two rounds. */
  readonly period: number;
  /** Origin of the metadata service. */
  readonly metadataOrigin: string;
  /** The pod, for the first line; empty when the variables are not set. */
  readonly pod: { readonly namespace: string; readonly name: string; readonly ip: string };
}

const names = ['subscriptionid', 'clientid', 'resourcegroup', 'aad-resourcename', 'period'] as const;
type Name = (typeof names)[number];
const isName = (text: string): text is Name => names.some((name) => name === text);

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it, such as `100s` or `1m30s`; undefined for anything else. */
export const parseDuration = (text: string): number | undefined => {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) milliseconds += Number(amount) * (units[unit] ?? 0);
  return milliseconds;
};

const readFlags = (args: readonly string[]): Partial<Record<Name, string>> | string => {
  const given: Partial<Record<Name, string>> = {};
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(argument);
    const name = match?.[1] ?? '';
    if (!isName(name)) return `unknown flag: ${argument.slice(0, 64)}`;
    let value = match?.[2];
    if (value === undefined) {
      at += 1;
      value = args[at];
    }
    if (value === undefined) return `flag needs an argument: --${name}`;
    given[name] = value;
  }
  return given;
};

/** The origin in a URL, which must be plain http as the metadata service is. */
const originOf = (text: string): string | undefined => {
  const url = URL.parse(text);
  return url === null || url.protocol !== 'http:' ? undefined : url.origin;
};

/** Reads the arguments (`--name=value`, `-name value`) and variables, or says what is wrong with them. */
export const readSettings = (args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Settings | string => {
  const flags = readFlags(args);
  if (typeof flags === 'string') return flags;
  const period = parseDuration(flags.period ?? '10s');
  if (period === undefined || period < 100) return `invalid argument "${flags.period ?? ''}" for "--period" flag`;
  const metadataOrigin = originOf(environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'] || 'http://169.254.169.254');
  if (metadataOrigin === undefined) return 'AZURE_POD_IDENTITY_AUTHORITY_HOST is no http URL';
  return {
    subscriptionId: flags.subscriptionid ?? '',
    clientId: flags.clientid ?? '',
    resourceGroup: flags.resourcegroup ?? '',
    resource: flags['aad-resourcename'] ?? 'https://management.azure.com/',
    period,
    metadataOrigin,
    pod: {
      namespace: environment['MY_POD_NAMESPACE'] ?? '',
      name: environment['MY_POD_NAME'] ?? '',
      ip: environment['MY_POD_IP'] ?? '',
    },
  };
};

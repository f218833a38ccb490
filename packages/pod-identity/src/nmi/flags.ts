import { isObject } from '@podpass/kernel';
import { parseBool } from '../mic/flags/go-flags.ts';
import { klogDefaults } from '../mic/flags/klog-flags.ts';

/** Upstream's flags with their defaults. Those of listeners and address tables are read and do nothing: NMI opens none. */
const defaults = {
  kubeconfig: '',
  'nmi-listen-address': '127.0.0.1',
  'nmi-port': 2579,
  'metadata-ip': '169.254.169.254',
  'metadata-port': 80,
  node: '',
  'ipt-update-interval-sec': 60,
  forceNamespaced: false,
  MICNamespace: 'default',
  'http-probe-port': 8080,
  'retry-attempts-for-created': 16,
  'retry-attempts-for-assigned': 4,
  'find-identity-retry-interval': 5,
  enableProfile: false,
  enableScaleFeatures: true,
  'block-instance-metadata': false,
  'metadata-header-required': true,
  'prometheus-port': 9090,
  'operation-mode': 'standard',
  'allow-network-plugin-kubenet': false,
  'kubelet-config': '/etc/default/kubelet',
  'set-retry-after-header': false,
  'enable-conntrack-deletion': false,
  'custom-user-agent': '',
  'log-format': 'text',
  version: false,
  ...klogDefaults,
};

type Values = { -readonly [Name in keyof typeof defaults]: (typeof defaults)[Name] };
export type NmiFlags = Readonly<Values>;

export const isManaged = (flags: Pick<NmiFlags, 'operation-mode'>): boolean => flags['operation-mode'].toLowerCase() === 'managed';

/** Why the arguments are not served; printed before the container ends with code 2, as pflag does. */
export interface FlagFault {
  readonly fault: string;
}
export const isFault = (parsed: NmiFlags | FlagFault): parsed is FlagFault => isObject(parsed) && 'fault' in parsed;

const isName = (name: string): name is keyof Values => Object.hasOwn(defaults, name);

const convert = (name: keyof Values, text: string): string | number | boolean | FlagFault => {
  const preset = defaults[name];
  if (typeof preset === 'string') return text;
  const wrong = (parser: string): FlagFault => ({
    fault: `invalid argument ${JSON.stringify(text)} for "--${name}" flag: strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`,
  });
  if (typeof preset === 'number') return /^\d{1,9}$/.test(text) ? Number(text) : wrong('ParseInt');
  return parseBool(text) ?? wrong('ParseBool');
};

interface Taken {
  readonly name: string;
  readonly value: string | undefined;
  /** Where the flag stands, for the fault. */
  readonly unknown: string;
}

const take = (argument: string): Taken => {
  if (argument.startsWith('--')) {
    const mark = argument.indexOf('=');
    const name = argument.slice(2, mark === -1 ? undefined : mark);
    return { name, value: mark === -1 ? undefined : argument.slice(mark + 1), unknown: `unknown flag: --${name}` };
  }
  // The only shorthand is klog's -v.
  const name = argument.charAt(1);
  const rest = argument.slice(2).replace(/^=/, '');
  return {
    name: name === 'v' ? name : '',
    value: rest === '' ? undefined : rest,
    unknown: `unknown shorthand flag: '${name}' in ${argument}`,
  };
};

/**
 * Reads a container's arguments as spf13/pflag does: `--name value`, `--name=value`, switches without a value.
 * FORCENAMESPACED=true in the environment counts as the flag.
 */
export const parseFlags = (args: readonly string[], env: Readonly<Record<string, string>>): NmiFlags | FlagFault => {
  const given: Record<string, string | number | boolean> = {};
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--') break;
    if (!argument.startsWith('-') || argument === '-') continue;
    const { name, value, unknown } = take(argument);
    if (!isName(name)) return { fault: unknown };
    let text = value;
    if (text === undefined && typeof defaults[name] === 'boolean') text = 'true';
    if (text === undefined) {
      at += 1;
      text = args[at];
    }
    if (text === undefined) return { fault: `flag needs an argument: --${name}` };
    const converted = convert(name, text);
    if (isObject(converted)) return converted as FlagFault;
    given[name] = converted as string | number | boolean;
  }
  const flags = { ...defaults, ...(given as Partial<Values>) };
  return { ...flags, forceNamespaced: flags.forceNamespaced || env['FORCENAMESPACED'] === 'true' };
};

/** Names and defaults, for the text that follows a fault. */
export const usage = (): string =>
  ['Usage of nmi:', ...Object.entries(defaults).map(([name, preset]) => `      --${name} (default ${JSON.stringify(preset)})`)].join('\n');

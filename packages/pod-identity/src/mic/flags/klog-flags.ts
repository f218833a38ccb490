import type { FlagDeclaration } from './go-flags.ts';

/** The flags that klog adds to a program, with their defaults. They say how upstream writes its log; here they change nothing. */
export const klogDefaults = {
  add_dir_header: false,
  alsologtostderr: false,
  log_backtrace_at: ':0',
  log_dir: '',
  log_file: '',
  log_file_max_size: 1800,
  logtostderr: true,
  one_output: false,
  skip_headers: false,
  skip_log_headers: false,
  stderrthreshold: '2',
  v: 0,
  vmodule: '',
};

const kinds = { boolean: 'bool', number: 'int', string: 'string' } as const;
const declare = (value: boolean | number | string): FlagDeclaration => ({
  kind: kinds[typeof value as keyof typeof kinds],
  value: String(value),
  usage: 'accepted for klog; the log of a container goes one way',
});

/** The same as declarations of Go's `flag` package. */
export const klogFlags: Readonly<Record<string, FlagDeclaration>> = Object.fromEntries(
  Object.entries(klogDefaults).map(([name, value]) => [name, declare(value)]),
);

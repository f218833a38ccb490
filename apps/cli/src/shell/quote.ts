export const shells = ['sh', 'fish', 'powershell'] as const;
export type ShellName = (typeof shells)[number];

interface ShellSyntax {
  readonly quote: (value: string) => string;
  readonly set: (name: string, quoted: string) => string;
  /** Puts a folder before PATH, whatever PATH is where the line is run. */
  readonly prefixPath: (quoted: string) => string;
}

const syntaxes: Readonly<Record<ShellName, ShellSyntax>> = {
  sh: {
    quote: (value) => `'${value.replaceAll("'", String.raw`'\''`)}'`,
    set: (name, quoted) => `export ${name}=${quoted}`,
    prefixPath: (quoted) => `export PATH=${quoted}:"$PATH"`,
  },
  fish: {
    // In fish a backslash is special within single quotes too.
    quote: (value) => `'${value.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`,
    set: (name, quoted) => `set -gx ${name} ${quoted}`,
    prefixPath: (quoted) => `set -gx PATH ${quoted} $PATH`,
  },
  powershell: {
    quote: (value) => `'${value.replaceAll("'", "''")}'`,
    set: (name, quoted) => `$env:${name} = ${quoted}`,
    prefixPath: (quoted) => `$env:PATH = ${quoted} + [IO.Path]::PathSeparator + $env:PATH`,
  },
};

/** The lines that set `variables` in a shell, values quoted so that nothing in them is interpreted. */
export const exportLines = (shell: ShellName, variables: Readonly<Record<string, string>>, tools?: string): readonly string[] => {
  const { quote, set, prefixPath } = syntaxes[shell];
  return [...Object.entries(variables).map(([name, value]) => set(name, quote(value))), ...(tools ? [prefixPath(quote(tools))] : [])];
};

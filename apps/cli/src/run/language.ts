/** The info strings whose blocks are executed, all by bash. */
const executable: ReadonlySet<string> = new Set(['bash', 'sh', 'shell', 'console', 'azurecli', 'azurecli-interactive']);

export const isExecutable = (language: string): boolean => executable.has(language);

/**
 * What is executed of a block's lines: all of them, except in a console block that shows prompts. There the prompted lines are the commands, with
 * the lines that continue them after a backslash; the others are their output.
 */
export const commandsOf = (language: string, lines: readonly string[]): string => {
  if (language !== 'console' || !lines.some((line) => line.startsWith('$ '))) return lines.join('\n');
  const commands: string[] = [];
  let continued = false;
  for (const line of lines) {
    if (!continued && !line.startsWith('$ ')) continue;
    const command: string = continued ? line.replace(/^> /, '') : line.slice(2);
    commands.push(command);
    continued = command.endsWith('\\');
  }
  return commands.join('\n');
};

const reference = /\$(\$|\(([^()]*)\))/gu;

/**
 * Expands `$(NAME)`; `$$(NAME)` stands for `$(NAME)` itself, and names that are not defined stay as they are. Source:
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export const expand = (text: string, defined: ReadonlyMap<string, string>): string =>
  text.replaceAll(reference, (whole: string, kind: string, name: string | undefined) =>
    kind === '$' ? '$' : (defined.get(name ?? '') ?? whole),
  );

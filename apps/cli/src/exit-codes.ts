/** What the command line's exit codes mean. `exec` and `shell` otherwise pass on the code of what they ran. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  /** As shells report a command that exists and cannot be run. */
  notExecutable: 126,
  /** As shells report a command that does not exist. */
  notFound: 127,
  interrupted: 130,
} as const;

export const exitCodeHelp = `
Exit codes:
  0    done
  1    failed; the message says what, why and what to do next
  2    wrong usage
  3    the platform is not running
  130  interrupted
`;

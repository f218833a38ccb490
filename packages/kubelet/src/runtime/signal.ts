/** Signals the process group that `pid` leads; false when it is gone. Never signals groups 0 and 1. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => {
  if (pid <= 1) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
};

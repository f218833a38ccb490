import type { LogFile } from '../logs/file.ts';
import type { ProbeAnswer } from '../types.ts';

export interface ContainerLaunch {
  /** Program and arguments; empty for the simulated runtime. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly log: LogFile;
  /** The pod's folder and the container's name, under which the process is remembered. */
  readonly podFolder: string;
  readonly container: string;
  /** Told the process once it runs, before it can do anything that matters. */
  onProcess?(pid: number): void;
}

/** How a container ended. */
export interface Exit {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
}

/** A container that runs. */
export interface RunningContainer {
  readonly exited: Promise<Exit>;
  /** SIGTERM, and SIGKILL after `graceMs` machine milliseconds. Resolves when it is over; may be called again with a shorter time. */
  stop(graceMs: number): Promise<void>;
  /** Runs a command inside the container, where that has namespaces of its own. The number is that of the exec probe. Never rejects. */
  exec?(probe: number, timeoutMs: number): Promise<{ readonly exitCode: number; readonly output: string }>;
  /** What a part of the platform answers to an HTTP probe of this port; undefined when it does not serve the port. Never throws. */
  probe?(port: number, path: string): ProbeAnswer | undefined;
}

/** Starts containers. A start that fails is an exit with reason `StartError`. */
export interface Runtime {
  /** For `containerID` and `nodeInfo.containerRuntimeVersion`. */
  readonly name: string;
  start(launch: ContainerLaunch): RunningContainer;
}

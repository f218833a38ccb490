/** The surroundings of one invocation. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: { readonly isTTY?: boolean } & NodeJS.ReadableStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The Node that runs the server. */
  readonly node: string;
  /** Path of the server's main file. Resolved only when a server is started. */
  readonly serverEntry: () => string;
  readonly compileCache?: string;
}

interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

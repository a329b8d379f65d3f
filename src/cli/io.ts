/** What a command may touch of the process it runs in. Commands never use `process` themselves, so tests can run them in one process. */
export interface Io {
  readonly out: (text: string) => void;
  /** For what may be no text, such as a decrypted file. Without it only text can be printed. */
  readonly outBytes?: (bytes: Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Reads all of standard input. */
  readonly stdin: () => Promise<Uint8Array>;
  /** The CLI's own entry file, for what it starts as another process and for what ships beside it. */
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal: live tables and colours only then. */
  readonly terminal: boolean;
  readonly color: boolean;
  /** Width of the terminal, or 120. */
  readonly columns: number;
  /** Aborts on Ctrl-C or SIGTERM. A second signal ends the process at once. */
  readonly signal: AbortSignal;
  /** The command will end by itself, within seconds as a rule: what pays only in the long run is not worth it. */
  readonly endsSoon?: () => void;
  /** From here on Ctrl-C ends the process at once: what follows computes for long without hearing of `signal`, and leaves nothing behind. */
  readonly endAtOnce?: () => void;
}

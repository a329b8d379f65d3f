/** Files over HTTP as a port: for builds that name a file by its URL. Never throws for a bad address or a bad answer. */
import type { Result } from '../std/index.ts';

export interface WebFileError {
  readonly code: 'InvalidURL' | 'Unreachable' | 'TooLarge' | 'Timeout';
  /** A sentence without credentials. */
  readonly message: string;
}

export interface WebFileAuth {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  /** PEM bundle that signs the server's certificate. */
  readonly ca?: string;
}

/** What the server said, whatever its status. */
export interface WebAnswer {
  readonly status: number;
  /** Without parameters, in lower case; empty when it names none. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface WebFiles {
  /** A GET. Redirects are followed; credentials reach only the host of `url`. */
  read(url: string, auth?: WebFileAuth): Promise<Result<WebAnswer, WebFileError>>;
  close(): Promise<void>;
}

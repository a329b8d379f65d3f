/** Files by URL in memory behind the port WebFiles, for tests that tell stories. */
import type { WebAnswer, WebFileError, WebFiles } from '../../ports/index.ts';
import { encodeUtf8, err, ok, type Result } from '../../std/index.ts';

export class MemoryWeb implements WebFiles {
  /** By URL. */
  readonly files = new Map<string, { readonly text: string; readonly status?: number; readonly mediaType?: string }>();
  /** When set, nothing answers. */
  away = false;
  reads = 0;

  async read(url: string): Promise<Result<WebAnswer, WebFileError>> {
    this.reads += 1;
    await Promise.resolve();
    if (this.away) return err({ code: 'Unreachable', message: 'nobody answers' });
    const file = this.files.get(url) ?? { text: 'not found', status: 404 };
    return ok({ status: file.status ?? 200, mediaType: file.mediaType ?? 'text/plain', bytes: encodeUtf8(file.text) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Reads a log as it comes. The newest lines are kept; they are handed to the page a few times a second, however fast they come. */
import { useEffect, useState } from 'react';
import { ApiError, send } from '../../../data/http.ts';
import type { ObjectTarget } from './index.tsx';

export interface LogChoice {
  readonly container: string;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly follow: boolean;
  /** Only lines with this text; the server leaves out the others. */
  readonly q: string;
}

export interface LogState {
  readonly lines: readonly string[];
  readonly state: 'reading' | 'following' | 'ended' | 'failed';
  readonly error: ApiError | undefined;
}

const MOST_LINES = 5000;
/** Milliseconds. */
const PAUSE = 120;
const BROKEN = { code: 'Unreachable', message: 'The log broke off.', hint: 'Switch Follow off and on to read it again.' };
const NOTHING: LogState = { lines: [], state: 'reading', error: undefined };

export function useLog(target: ObjectTarget, choice: LogChoice): LogState {
  const [log, setLog] = useState<LogState>(NOTHING);
  const asked = JSON.stringify([target, choice]);
  useEffect(() => {
    const [{ params, query }, { follow, q, ...rest }] = JSON.parse(asked) as [ObjectTarget, LogChoice];
    const stop = new AbortController();
    const reader = new LineReader((lines) => setLog({ lines, state: follow ? 'following' : 'reading', error: undefined }));
    setLog(NOTHING);
    send('log', { params, query: { ...query, ...rest, follow, ...(q === '' ? {} : { q }) }, signal: stop.signal })
      .then((response) => {
        if (follow) setLog({ lines: [], state: 'following', error: undefined });
        return reader.read(response);
      })
      .then((lines) => setLog({ lines, state: 'ended', error: undefined }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const problem = error instanceof ApiError ? error : new ApiError(0, BROKEN);
        setLog(({ lines }) => ({ lines, state: 'failed', error: problem }));
      });
    return () => {
      stop.abort();
      reader.stop();
    };
  }, [asked]);
  return log;
}

class LineReader {
  readonly #tell: (lines: readonly string[]) => void;
  #lines: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (lines: readonly string[]) => void) {
    this.#tell = tell;
  }

  /** Resolves with all lines when the log ends. */
  async read(response: Response): Promise<readonly string[]> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      const found = (rest + part.value).split('\n');
      rest = found.pop() ?? '';
      this.#add(found);
    }
    if (rest !== '') this.#add([rest]);
    this.stop();
    return this.#lines;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #add(found: readonly string[]): void {
    this.#lines = [...this.#lines, ...found].slice(-MOST_LINES);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell(this.#lines);
    }, PAUSE);
  }
}

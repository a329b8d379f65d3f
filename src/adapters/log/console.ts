/** Lines a person reads in a terminal: time, level, message, fields. */
import type { Clock, Log, LogFields } from '../../ports/index.ts';
import { isWanted, type LogLevel } from './level.ts';

export interface ConsoleLogOptions {
  readonly write: (line: string) => void;
  readonly clock: Clock;
  /** Default `info`. */
  readonly level?: LogLevel;
}

/** One line per call: `12:00:01 warn  cannot fetch  source=team/shop error="…"`. */
export function consoleLog(options: ConsoleLogOptions): Log {
  return make(options, {});
}

function make(options: ConsoleLogOptions, inherited: LogFields): Log {
  const line =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (!isWanted(level, options.level ?? 'info')) return;
      const time = new Date(options.clock.now()).toISOString().slice(11, 19);
      const parts = Object.entries({ ...inherited, ...fields }).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${shown(value)}`],
      );
      options.write(`${time} ${level.padEnd(5)} ${oneLine(message)}${parts.length === 0 ? '' : `  ${parts.join(' ')}`}\n`);
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (fields) => make(options, { ...inherited, ...fields }),
  };
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (value instanceof Error) return JSON.stringify(value.message);
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) as string | undefined;
  return text ?? String(value);
}

/** Text from outside must not forge lines or drive the terminal. */
const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

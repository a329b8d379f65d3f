/** One JSON object per line, for log collectors. */
import { pino, type DestinationStream, type Logger } from 'pino';
import type { Clock, Log } from '../../ports/index.ts';
import type { LogLevel } from './level.ts';

export interface JsonLogOptions {
  readonly write: (line: string) => void;
  readonly clock: Clock;
  /** Default `info`. */
  readonly level?: LogLevel;
}

/** Fields `time` (RFC 3339), `level`, `message`, then those of the call. */
export function jsonLog(options: JsonLogOptions): Log {
  const destination: DestinationStream = { write: options.write };
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return make(logger);
}

function make(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    with: (fields) => make(logger.child(fields)),
  };
}

/** What Helm logs beside its output: nothing is wrong enough to stop, but somebody should know. Source: Helm 4's slog and log calls. */
import { isPrint, quote } from '../../go/strconv/index.ts';

export interface Warning {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  /** ` key=value` pairs behind the message. */
  readonly details: string;
}

/** Takes a warning; plain messages are those that Helm logs as information. */
export type Warn = (message: string, more?: Omit<Warning, 'message'>) => void;

/** A list of warnings and the function that adds to it. */
export function warningLog(): { readonly warnings: readonly Warning[]; readonly warn: Warn } {
  const warnings: Warning[] = [];
  return {
    warnings,
    warn: (message, { level, details } = { level: 'INFO', details: '' }) => void warnings.push({ level, message, details }),
  };
}

/** Quotes what holds blanks, quotes or anything that cannot be printed. Source: Go log/slog text_handler.go. */
function slogText(text: string): string {
  const isPlain = Array.from(text).every((character) => !' ="'.includes(character) && isPrint(character.codePointAt(0) ?? 0));
  return text !== '' && isPlain ? text : quote(text);
}

/** Pairs as Go's slog prints them, a blank before each. */
export const slogDetails = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => ` ${key}=${slogText(value)}`)
    .join('');

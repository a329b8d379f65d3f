/** What is wrong with a value, as a tree, and how it is shown. Source: santhosh-tekuri/jsonschema v6 output.go. */
import { pointer, quoted } from './text.ts';

/** An error and what it is made of. A group has no line of its own; a reference with one cause neither. */
export interface Invalid {
  readonly at: readonly string[];
  readonly kind: 'plain' | 'group' | 'reference';
  readonly text: string;
  readonly causes: readonly Invalid[];
}

/** A group stands for its members. */
export const causesOf = (error: Invalid): readonly Invalid[] => (error.kind === 'group' ? error.causes : [error]);

function lines(error: Invalid, indent: number): string[] {
  const isHidden = error.kind === 'reference' && error.causes.length === 1;
  const own = isHidden ? [] : [`${'  '.repeat(indent)}- at ${quoted(pointer(error.at))}: ${error.text}`];
  return [...own, ...error.causes.flatMap((cause) => lines(cause, isHidden ? indent : indent + 1))];
}

/** One line per error, its causes below it, indented. */
export const problemText = (error: Invalid): string =>
  causesOf(error)
    .flatMap((cause) => lines(cause, 0))
    .join('\n');

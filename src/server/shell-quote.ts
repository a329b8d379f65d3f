/** A text as one word of a POSIX shell: nothing in it is read as anything but text. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

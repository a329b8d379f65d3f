/** base64 and base32 in their standard alphabets, with padding; errors name the place, as Go's encoding/base64 and base32 do. */

interface Coding {
  readonly encode: (bytes: Uint8Array) => string;
  /** The bytes, or Go's error text. Line breaks are skipped. */
  readonly decode: (text: string) => Uint8Array | string;
}

/** `bits` per character, `group` characters stand for a whole number of bytes. */
function coding(name: string, alphabet: string, { bits, group }: { readonly bits: number; readonly group: number }): Coding {
  const values = new Map([...alphabet].map((character, value) => [character, value]));
  return {
    encode: (bytes) => {
      let text = '';
      let word = 0;
      let held = 0;
      for (const byte of bytes) {
        word = ((word << 8) | byte) & 0xffff;
        for (held += 8; held >= bits; held -= bits) text += alphabet[(word >> (held - bits)) & ((1 << bits) - 1)];
      }
      if (held > 0) text += alphabet[(word << (bits - held)) & ((1 << bits) - 1)];
      return text + '='.repeat((group - (text.length % group)) % group);
    },
    decode: (text) => {
      const corrupt = (at: number): string => `illegal ${name} data at input byte ${at}`;
      const bytes: number[] = [];
      let word = 0;
      let held = 0;
      let count = 0;
      let last = 0;
      for (let i = 0; i < text.length; i++) {
        const character = text.charAt(i);
        if (character === '\n' || character === '\r') continue;
        if (character === '=') return paddingProblem({ text, at: i, used: count % group, group, bits }) ?? Uint8Array.from(bytes);
        const value = values.get(character);
        if (value === undefined) return corrupt(i);
        count++;
        last = i;
        word = ((word << bits) | value) & 0xffff;
        held += bits;
        if (held >= 8) {
          held -= 8;
          bytes.push((word >> held) & 0xff);
        }
      }
      return count % group === 0 ? Uint8Array.from(bytes) : corrupt(unpaddedPlace({ text, used: count % group, last, name }));
    },
  };
}

/** Where Go says an input ends too early: at the beginning of the last group. base32 does not count line ends. */
function unpaddedPlace(end: { readonly text: string; readonly used: number; readonly last: number; readonly name: string }): number {
  return (end.name === 'base64' ? end.text : end.text.replaceAll(/[\r\n]/g, '')).length - end.used;
}

/** What is wrong with the padding that begins at `at`; undefined when nothing is. */
function paddingProblem(end: {
  readonly text: string;
  readonly at: number;
  readonly used: number;
  readonly group: number;
  readonly bits: number;
}): string | undefined {
  const { text, at, used, group, bits } = end;
  const name = bits === 6 ? 'base64' : 'base32';
  const corrupt = (place: number): string => `illegal ${name} data at input byte ${place}`;
  const isPossible = used > 0 && (used * bits) % 8 < bits && (name === 'base64' ? used >= 2 : [2, 4, 5, 7].includes(used));
  if (!isPossible) return corrupt(at);
  const rest = text.slice(at).replaceAll(/[\r\n]/g, '');
  const wanted = group - used;
  if (!rest.startsWith('='.repeat(wanted))) {
    const run = /^=*/.exec(rest)?.[0].length ?? 0;
    return corrupt(name === 'base64' && run === rest.length ? text.length : at + run);
  }
  return rest.length > wanted ? corrupt(at + wanted) : undefined;
}

export const base64: Coding = coding('base64', 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', { bits: 6, group: 4 });
export const base32: Coding = coding('base32', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', { bits: 5, group: 8 });

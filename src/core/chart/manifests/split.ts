/** Splitting rendered text into documents. Source: Helm 4 pkg/release/v1/util/manifest.go. */

/** In what the Helm versions differ. */
export interface SplitVariant {
  readonly separator: RegExp;
}

/** From Helm 4.2.4 on: text before a separator keeps its white space. */
export const helm4Split: SplitVariant = Object.freeze({ separator: /^---[ \t]*/m });

/** Helm 3, and Helm 4 up to 4.2.3: white space around a separator goes with it. */
export const helm3Split: SplitVariant = Object.freeze({ separator: /(?:^|[\t\n\f\r ]*\n)---[\t\n\f\r ]*/ });

const leading = /^[\s\u0085]+/u;
const trimLeft = (text: string): string => text.replace(leading, '');

/** The documents that are more than white space, in order. */
export function splitManifests(text: string, variant: SplitVariant = helm4Split): string[] {
  const whole = trimLeft(text);
  if (!whole.includes('---')) return whole === '' ? [] : [whole];
  return whole
    .split(new RegExp(variant.separator, 'gm'.slice(0, variant.separator.multiline ? 2 : 1)))
    .map(trimLeft)
    .filter((document) => document !== '');
}

/**
 * What an App delivers, changed where it is written: an image, a chart's version, values.
 * In: the text files of the repositories that it comes from, the App as it is written, and a wish. Out: new texts of few files and one line for each change,
 * or where was looked. Never: reads or writes a file, asks a cluster, guesses between two places that would both do.
 */
export type { Amended } from './answer.ts';
export { Draft, type FileChange, type Files } from './draft.ts';
export { setImages } from './images.ts';
export { parseImage, parseWish, type ImageWish } from './image-name.ts';
export { setValues, type Assignment } from './values.ts';
export { setVersion } from './version.ts';
export type { Subject } from './subject.ts';

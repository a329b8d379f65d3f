/** Where a commit, an image or a chart is: one row for each App that it concerns. */
import { list, must, object, time, word, bool } from '../schema/field.ts';
import { short, text } from './shared.table.ts';

export const WHERE_STATES = ['live', 'waiting', 'rejected', 'reverted', 'unaffected', 'unknown', 'other'] as const;

const place = object('One App, and what a commit, an image or a chart is to it.', {
  app: must(short('`namespace/name`')),
  environment: must(short('Environment; empty: none.')),
  state: must(
    word(
      WHERE_STATES,
      '`live`: what it runs has it. `waiting`: it is on its way. `rejected`: it failed and is held back. `reverted`: a later commit took it back. `unaffected`: it changes nothing here. `unknown`: the branch does not have it yet. `other`: another version of the image or chart runs.',
    ),
  ),
  ready: must(bool('Whether the App is ready as it is now.')),
  stuck: must(bool('It will not arrive before somebody does something: it failed, is refused or held back.')),
  revision: must(short('What it runs: `main@3f2c1a0`.')),
  since: time('Since when it runs that.'),
  by: short('The commit that took it back.'),
  images: list(short('Image.'), 'Images of that repository that it runs.', { maxItems: 100 }),
  reason: must(short('Reason of its condition Ready.')),
  message: must(text('Why it is not there yet, in a sentence; empty: it is.')),
  hint: text('The next step.'),
});

export const wherePage = object('Where it is.', {
  places: must(
    list(place, 'Apps by name; of a commit those of Git repositories, of an image or a chart those that run it.', { maxItems: 10000 }),
  ),
});

/** `lockstep set image`: another version of an image, as a commit. */
import { type ImageWish, parseWish, setImages } from '../../core/amend/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { runSet, SET_DETAILS, SET_FLAGS } from '../set.ts';

export const setImage = defineCommand({
  summary: 'Commit another version of an image of an App',
  usage: 'APP IMAGE...',
  details:
    `${SET_DETAILS}\n\nAn IMAGE is REPOSITORY:TAG, with or without @DIGEST; the last part of the repository is enough. CONTAINER=IMAGE and OLD=IMAGE put another\n` +
    'image in the place of one. Of plain manifests the field itself is changed, of a kustomization the entry in images, of a chart its values.',
  examples: [
    'lockstep set image shop web:1.4.2 --dry-run',
    'lockstep set image shop ghcr.io/acme/web:1.4.2 --repo . --push -m "web 1.4.2"',
    'lockstep set image redis redis:7.4 --set-path image.tag --branch redis-7.4',
  ],
  flags: {
    ...SET_FLAGS,
    'set-path': {
      type: 'string',
      value: 'PATH',
      doc: 'The value of the chart that holds the tag or the image, where its name says nothing: server.image.tag',
    },
  },
  args: { min: 2, max: 50 },
  run: ({ args: [app = '', ...images], flags, io }) => {
    const wishes = images.map(wishOf);
    const path = flags['set-path'];
    if (path !== undefined && wishes.length > 1) throw new UsageError('--set-path takes one image');
    return runSet({ app, title: `Set ${images.join(', ')} for ${app}`, change: (subject) => setImages(subject, wishes, path) }, flags, io);
  },
});

function wishOf(text: string): ImageWish {
  const wish = parseWish(text);
  if (wish === undefined) throw new UsageError(`"${text}" is no image with a version; write REPOSITORY:TAG or REPOSITORY@sha256:DIGEST`);
  return wish;
}

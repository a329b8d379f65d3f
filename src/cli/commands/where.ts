/** `lockstep where`: where a commit, an image or a version of a chart is live, where it waits, and why. */
import { defineCommand } from '../command.ts';
import { withCluster } from '../session.ts';
import { askedFor, formatPlaces, isThere, placesOf, WHERE_FLAGS } from '../where.ts';

export const where = defineCommand({
  summary: 'Show where a commit, an image or a version of a chart is live, where it waits, and why',
  usage: 'COMMIT|IMAGE|CHART',
  details:
    'A COMMIT is at least 7 digits of its id, a revision as Lockstep shows it, or a name that Git knows in this folder (HEAD). An IMAGE is a repository or\n' +
    'its last part, with or without a tag or digest. A CHART is the name of one of a chart repository, with @ and a version or the beginning of one.\n' +
    'Exits 0 when it is live and ready everywhere it concerns, 1 when it is nowhere or will not arrive by itself, 3 while it is on its way.',
  examples: [
    'lockstep where HEAD',
    'lockstep where 3f2c1a0 --env production',
    'lockstep where ghcr.io/acme/web:1.4.2',
    'lockstep where ingress-nginx@4.12',
  ],
  flags: WHERE_FLAGS,
  args: { min: 1, max: 1 },
  run: ({ args: [text = ''], flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const asked = await askedFor(text, io);
      const { places } = await placesOf(kube, asked, flags);
      if (flags.output === 'json') io.out(`${JSON.stringify({ asked: asked.text, places }, null, 2)}\n`);
      else if (places.every(({ state }) => state === 'unknown' || state === 'other'))
        io.out(
          `${asked.what} is live nowhere${flags.env === undefined ? '' : ` in ${flags.env}`}.\n${places.length === 0 ? '' : formatPlaces(places, Date.now())}`,
        );
      else io.out(formatPlaces(places, Date.now()));
      const concerned = places.filter(({ state }) => state !== 'unknown' && state !== 'other');
      if (concerned.length === 0 || concerned.some(({ stuck }) => stuck)) return 1;
      return concerned.every(isThere) ? 0 : 3;
    }),
});

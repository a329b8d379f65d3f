/** `lockstep where`: where a commit or an image is live, where it waits, and why. */
import { defineCommand } from '../command.ts';
import { withCluster } from '../session.ts';
import { commitOf, formatPlaces, isThere, placesOf, WHERE_FLAGS } from '../where.ts';

export const where = defineCommand({
  summary: 'Show where a commit or an image is live, where it waits, and why',
  usage: 'COMMIT|IMAGE',
  details:
    'A COMMIT is at least 7 digits of its id, a revision as Lockstep shows it, or a name that Git knows in this folder (HEAD). An IMAGE is a repository or\n' +
    'its last part, with or without a tag. Exits 0 when it is live and ready everywhere it concerns, 1 when it is nowhere or will not arrive by itself, 3 while\n' +
    'it is on its way.',
  examples: ['lockstep where HEAD', 'lockstep where 3f2c1a0 --env production', 'lockstep where ghcr.io/acme/web:1.4.2'],
  flags: WHERE_FLAGS,
  args: { min: 1, max: 1 },
  run: ({ args: [text = ''], flags, io }) =>
    withCluster(flags, io, async (kube) => {
      const commit = await commitOf(text, io);
      const places = await placesOf(kube, commit === undefined ? { image: text } : { commit }, flags);
      const what = commit === undefined ? text : commit.slice(0, 12);
      if (flags.output === 'json') io.out(`${JSON.stringify({ asked: commit ?? text, places }, null, 2)}\n`);
      else if (places.every(({ state }) => state === 'unknown' || state === 'other'))
        io.out(
          `${what} is live nowhere${flags.env === undefined ? '' : ` in ${flags.env}`}.\n${places.length === 0 ? '' : formatPlaces(places, Date.now())}`,
        );
      else io.out(formatPlaces(places, Date.now()));
      const concerned = places.filter(({ state }) => state !== 'unknown' && state !== 'other');
      if (concerned.length === 0 || concerned.some(({ stuck }) => stuck)) return 1;
      return concerned.every(isThere) ? 0 : 3;
    }),
});

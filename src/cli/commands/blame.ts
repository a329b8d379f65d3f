/** `lockstep blame`: which commit put a value into a field of a living object. */
import type { History } from '../../app/index.ts';
import { blame as blameIn, type Blame, type LedgerEvent } from '../../core/ledger/index.ts';
import { shortRevision } from '../apps.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { formatMoment, HISTORY_FLAGS, scopeOf, withHistory } from '../history.ts';

/** Events about one object that are looked through. */
const most = 10_000;

export const blame = defineCommand({
  summary: 'Show which commit put a value into a field of an object',
  usage: 'KIND/[NAMESPACE/]NAME FIELD',
  details:
    'FIELD is a path as plans print it: spec.replicas, spec.template.spec.containers[name="web"].image; a part of it names everything inside.\n' +
    'Where several commits lie between two applies, the one named is the newest of them that changed what the App reads.',
  examples: ['lockstep blame Deployment/shop/web spec.replicas', 'lockstep blame Deployment/shop/web spec.template.spec'],
  flags: HISTORY_FLAGS,
  args: { min: 2, max: 2 },
  run: ({ args, flags, io }) =>
    withHistory(flags, io, async (history) => {
      const [named = '', field = ''] = args;
      const object = objectName(named, flags.namespace);
      const found = await search(history, { object, field, environment: scopeOf(flags).environment });
      if (found === undefined)
        throw new CommandError(
          `history does not tell who set ${field} of ${object}`,
          'Kinds are written as in manifests: Deployment/shop/web.',
        );
      const commit = await commitOf(history, found.event);
      if (flags.output === 'json') io.out(`${JSON.stringify({ ...found, commit }, null, 2)}\n`);
      else io.out(format({ object, field, found, commit }));
      return 0;
    }),
});

/** `deployment/web` in namespace `shop` → `Deployment/shop/web`. */
function objectName(text: string, namespace: string | undefined): string {
  const [kind = '', ...rest] = text.split('/');
  const name = rest.length === 1 && namespace !== undefined ? [namespace, ...rest] : rest;
  return [`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`, ...name].join('/');
}

interface Wanted {
  readonly object: string;
  readonly field: string;
  readonly environment: string | undefined;
}

async function search(history: History, { object, field, environment }: Wanted): Promise<Blame | undefined> {
  let cursor: string | undefined;
  for (let seen = 0; seen < most;) {
    const where = environment === undefined ? {} : { environment };
    const page = await history.find({ ...where, object, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    const found = blameIn(page.events, object, field);
    if (found !== undefined || page.next === undefined) return found;
    seen += page.events.length;
    cursor = page.next;
  }
  return undefined;
}

/** The event itself may not carry its commit; another one about the same revision does. */
async function commitOf(history: History, event: LedgerEvent): Promise<LedgerEvent['commit']> {
  const id = event.commit?.id ?? /sha(?:1|256):([0-9a-f]+)$/.exec(event.revision ?? '')?.[1];
  if (event.commit !== undefined || id === undefined) return event.commit;
  const { events } = await history.find({ commit: id, types: ['Applied', 'Fetched'], limit: 5 });
  return events.find(({ commit }) => commit !== undefined)?.commit;
}

interface Answer {
  readonly object: string;
  readonly field: string;
  readonly found: Blame;
  readonly commit: LedgerEvent['commit'];
}

function format({ object, field, found: { event, by, paths }, commit }: Answer): string {
  const how = by === 'object' ? `${object} was created then` : `it changed ${paths.slice(0, 3).join(', ')}`;
  const lines = [
    `${field} of ${object}`,
    `  set by   ${commit === undefined ? 'revision' : commit.author} ${shortRevision(event.revision)}`,
    ...(commit === undefined ? [] : [`  commit   ${commit.id}  ${commit.subject}`, `  written  ${formatMoment(commit.at)}`]),
    `  applied  ${formatMoment(event.at)} by App ${event.subject} (${event.type}: ${how})`,
  ];
  return `${lines.join('\n')}\n`;
}

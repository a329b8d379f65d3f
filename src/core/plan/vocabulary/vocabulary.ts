/**
 * The annotations of ours that people write on delivered objects: what each may say and what it means. `docs/reference/annotations.md` is written from
 * this table, and a render is checked against it, so that a mistyped word is told instead of doing nothing.
 */
import { type KubeObject, formatRef, getKey, refOf } from '../../object/index.ts';
import type { Problem } from '../../problem/index.ts';

export interface AnnotationRule {
  readonly name: string;
  /** The objects it means something on. */
  readonly on: string;
  /** Its values as a person reads them. */
  readonly values: string;
  readonly meaning: string;
  /** Whether this is one of the values; absent: somebody else reads and checks it. */
  readonly holds?: (text: string) => boolean;
}

const oneOf = (...words: readonly string[]): Pick<AnnotationRule, 'values' | 'holds'> => ({
  values: words.map((word) => `\`${word}\``).join(', '),
  holds: (text) => words.includes(text),
});

const every = 'every object';

export const annotationRules: readonly AnnotationRule[] = [
  {
    name: 'lockstep.dev/wave',
    on: every,
    values: 'a whole number in quotes, such as `"-1"`',
    holds: (text) => /^[-+]?\d{1,6}$/.test(text.trim()),
    meaning: 'Lower waves are applied first; between two waves health is awaited. Without it: 0.',
  },
  {
    name: 'lockstep.dev/prune',
    on: every,
    ...oneOf('disabled', 'confirm', 'allowed'),
    meaning:
      'Whether the object goes when Git no longer holds it: never, after a person’s yes, or without one although it is of a guarded kind.',
  },
  { name: 'lockstep.dev/heal', on: every, ...oneOf('disabled'), meaning: 'Drift of this object is reported and left.' },
  {
    name: 'lockstep.dev/apply',
    on: every,
    ...oneOf('merge', 'ifNotPresent', 'ignore'),
    meaning: 'Fields of others are kept and ours are never taken back; the object is made once and then left; it is not applied at all.',
  },
  {
    name: 'lockstep.dev/recreate',
    on: every,
    ...oneOf('allowed'),
    meaning: 'The object may be deleted and made anew when a field of it that cannot be changed has changed.',
  },
  { name: 'lockstep.dev/move', on: every, ...oneOf('allowed'), meaning: 'Another App may take this object over from its owner.' },
  {
    name: 'lockstep.dev/shared',
    on: every,
    ...oneOf('true', 'false'),
    meaning: 'Several Apps hold the same object; none prunes it while another wants it.',
  },
  {
    name: 'lockstep.dev/replaces',
    on: 'App',
    values: '`namespace/name` of an App',
    holds: (text) => /^[a-z0-9-]+\/[a-z0-9.-]+$/.test(text),
    meaning: 'The App that had this name before; its objects are taken over instead of being pruned and made again.',
  },
  { name: 'lockstep.dev/substitute', on: every, ...oneOf('disabled', 'enabled'), meaning: '`${NAME}` in this object is left as it is.' },
  {
    name: 'lockstep.dev/test',
    on: 'Job, Pod',
    ...oneOf('true', 'false'),
    meaning: 'The object is a test: it runs after a deployment and is no part of the App’s health.',
  },
  {
    name: 'lockstep.dev/timeout',
    on: 'hooks and tests',
    values: 'a duration such as `90s`',
    meaning: 'How long the hook or test may take.',
  },
  {
    name: 'lockstep.dev/sidecars',
    on: 'Pods of hooks and tests',
    values: 'names of containers, with commas',
    meaning: 'Containers that never end by themselves; the Pod is done without them.',
  },
  {
    name: 'lockstep.dev/simulate',
    on: 'Pods and their templates',
    values: 'a fault, such as `crash-loop`',
    meaning: 'What the embedded cluster lets happen to these Pods. A real cluster takes no notice.',
  },
  { name: 'lockstep.dev/provides', on: 'Chart.yaml', values: 'a list in YAML', meaning: 'The contracts that the chart fulfils.' },
  { name: 'lockstep.dev/requires', on: 'Chart.yaml', values: 'a list in YAML', meaning: 'The contracts that the chart needs.' },
  {
    name: 'lockstep.dev/ignoreDependencies',
    on: 'App',
    values: '`<revision> <reason>`',
    meaning: 'This revision does not wait for what the App depends on.',
  },
  {
    name: 'lockstep.dev/ignoreWindows',
    on: 'App',
    values: '`<revision> <reason>`',
    meaning: 'This revision, and what it prunes, does not wait for a window of `sync.windows`.',
  },
  { name: 'lockstep.dev/reconcileAt', on: 'our own kinds', values: 'any new text', meaning: 'Asks for a run now.' },
  {
    name: 'lockstep.dev/testAt',
    on: 'App, Channel',
    values: '`<text> <pattern>,…`',
    meaning: 'Asks for the tests to be run, or for a test message, now.',
  },
  {
    name: 'lockstep.dev/confirmDeletion',
    on: 'App',
    ...oneOf('prune', 'orphan'),
    meaning: 'A person’s yes to its deletion, and what becomes of its objects.',
  },
];

const byName = new Map(annotationRules.map((rule) => [rule.name, rule]));

/** Every annotation of the object whose value is none of its rule's. */
export function annotationProblems(object: KubeObject): readonly Problem[] {
  const { annotations = {} } = object.metadata;
  return Object.keys(annotations).flatMap((name): Problem[] => {
    const rule = byName.get(name);
    const text = getKey(annotations, name);
    if (text === undefined || rule?.holds === undefined || rule.holds(text)) return [];
    return [
      {
        code: name === 'lockstep.dev/wave' ? 'InvalidWave' : 'InvalidAnnotation',
        message: `${name} is ${JSON.stringify(text)}; it may be ${rule.values.replaceAll('`', '')}`,
        object: formatRef(refOf(object)),
      },
    ];
  });
}

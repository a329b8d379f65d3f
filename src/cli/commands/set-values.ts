/** `lockstep set values`: other values of a chart, as a commit. */
import { type Assignment, setValues as valuesSet } from '../../core/amend/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { runSet, SET_DETAILS, SET_FLAGS } from '../set.ts';

export const setValues = defineCommand({
  summary: "Commit other values of an App's chart",
  usage: 'APP [KEY=VALUE...]',
  details:
    `${SET_DETAILS}\n\nKEY=VALUE is written as behind helm's --set: a.b=c, list[0].name=x, {a,b}, null. Each goes to where it is set already: a values file, or\n` +
    "build.helm.values of the App; else to the App's own values. The chart's values.yaml is changed only where no other App uses the chart.",
  examples: [
    'lockstep set values shop replicas=3 resources.limits.memory=256Mi --dry-run',
    'lockstep set values shop --string build=0042 --json \'hosts=["a","b"]\' --file environments/production.yaml',
  ],
  flags: {
    ...SET_FLAGS,
    string: { type: 'strings', value: 'KEY=VALUE', doc: 'Set a text, whatever it looks like' },
    json: { type: 'strings', value: 'KEY=JSON', doc: 'Set JSON' },
    file: { type: 'string', value: 'FILE', doc: "The values file to change; App: the App's own build.helm.values" },
  },
  args: { min: 1, max: 200 },
  run: ({ args: [app = '', ...pairs], flags, io }) => {
    const assignments: readonly Assignment[] = [
      ...pairs.map((text) => ({ text, kind: 'set' as const })),
      ...flags.string.map((text) => ({ text, kind: 'setString' as const })),
      ...flags.json.map((text) => ({ text, kind: 'setJson' as const })),
    ];
    const wrong = assignments.find(({ text }) => !/^[^=]+=/.test(text));
    if (assignments.length === 0 || wrong !== undefined)
      throw new UsageError(wrong === undefined ? 'nothing to set: give KEY=VALUE' : `"${wrong.text}" is not KEY=VALUE`);
    const keys = assignments.map(({ text }) => text.slice(0, text.indexOf('=')));
    return runSet(
      { app, title: `Set ${keys.join(', ')} for ${app}`, change: (subject) => valuesSet(subject, assignments, flags.file) },
      flags,
      io,
    );
  },
});

/** `lockstep set version`: another version of a chart, as a commit. */
import { setVersion as versionSet } from '../../core/amend/index.ts';
import { defineCommand } from '../command.ts';
import { runSet, SET_DETAILS, SET_FLAGS } from '../set.ts';

export const setVersion = defineCommand({
  summary: "Commit another version of an App's chart",
  usage: 'APP VERSION',
  details:
    `${SET_DETAILS}\n\nThe version is that of a chart from a chart repository (spec.source.version), of a dependency in Chart.yaml, of a chart in helmCharts of a\n` +
    'kustomization, or the tag or range that the App follows.',
  examples: ['lockstep set version redis 20.1.0', 'lockstep set version platform 16.2.1 --chart postgresql --repo . --push'],
  flags: { ...SET_FLAGS, chart: { type: 'string', value: 'NAME', doc: 'Which chart, where there are several' } },
  args: { min: 2, max: 2 },
  run: ({ args: [app = '', version = ''], flags, io }) =>
    runSet({ app, title: `Set version ${version} for ${app}`, change: (subject) => versionSet(subject, version, flags.chart) }, flags, io),
});

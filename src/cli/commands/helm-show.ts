/** `lockstep helm show`: what a chart says of itself. Source: Helm 4 pkg/action/show.go. */
import type { Chart } from '../../core/chart/index.ts';
import { chartYaml } from '../../core/chart/package/index.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { load } from '../helm/chart.ts';
import { UNUSED_GLOBAL_FLAGS } from '../helm/flags.ts';
import { locateChart, REMOTE_FLAGS } from '../helm/remote.ts';

type Part = 'chart' | 'values' | 'readme' | 'crds';

const PARTS: ReadonlyMap<string, readonly Part[]> = new Map([
  ['chart', ['chart']],
  ['values', ['values']],
  ['readme', ['readme']],
  ['crds', ['crds']],
  ['all', ['chart', 'values', 'readme', 'crds']],
]);

export const helmShow = defineCommand({
  summary: 'Show the metadata, values, README or CRDs of a chart',
  usage: 'chart|values|readme|crds|all CHART',
  examples: ['lockstep helm show values ./chart', 'lockstep helm show chart oci://registry.example.com/charts/shop --version ~1.2'],
  flags: { ...REMOTE_FLAGS, ...UNUSED_GLOBAL_FLAGS },
  args: { min: 2, max: 2 },
  run: async ({ args, flags, io }) => {
    const [what = '', name = ''] = args;
    const parts = PARTS.get(what);
    if (parts === undefined) throw new UsageError(`"${what}" is none of ${[...PARTS.keys()].join(', ')}`);
    const { chart } = await load(await locateChart(name, flags, io));
    io.out(parts.map((part) => show(chart, part, what === 'all')).join(''));
    return 0;
  },
});

function show(chart: Chart, part: Part, all: boolean): string {
  const line = all ? '---\n' : '';
  switch (part) {
    case 'chart':
      return `${chartYaml(chart.metadata)}\n`;
    case 'values':
      return chart.valuesFile === undefined ? '' : `${line}${chart.valuesFile.text}\n`;
    case 'readme': {
      const readme = chart.files.find(({ name }) => /^readme(?:\.md|\.txt)?$/i.test(name));
      return readme === undefined ? '' : `${line}${readme.text}\n`;
    }
    case 'crds':
      return crdsOf(chart)
        .map((text) => `${text.startsWith('---') ? '' : '---\n'}${text}\n`)
        .join('');
  }
}

const crdsOf = (chart: Chart): string[] => [
  ...chart.files.filter(({ name }) => /^crds\/.*\.(?:ya?ml|json)$/i.test(name)).map(({ text }) => text),
  ...chart.dependencies.flatMap(crdsOf),
];

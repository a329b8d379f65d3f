/** `lockstep helm test`. Source: Helm 4 pkg/cmd/release_testing.go. Filters may also be patterns and labels, as for `lockstep test`. */
import { selectsTest } from '../../core/release/tests/index.ts';
import { testRelease } from '../../helm/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import { act, HELM_CLUSTER_FLAGS } from '../helm/action.ts';
import { formatStatus } from '../helm/releases.ts';

export const helmTest = defineCommand({
  summary: 'Run the tests of a release, as Helm does',
  usage: 'RELEASE',
  examples: [
    'lockstep helm test web -n shop --logs',
    'lockstep helm test web --filter name=smoke',
    "lockstep helm test web --only 'smoke-*'",
  ],
  flags: {
    ...HELM_CLUSTER_FLAGS,
    timeout: { type: 'duration', default: '5m', value: 'DURATION', doc: 'How long each test may take' },
    logs: { type: 'boolean', doc: 'Print the logs of the tests, read before they are cleaned up' },
    filter: { type: 'strings', value: 'FILTER', doc: 'name=NAME for these only, !name=NAME for all others' },
    only: { type: 'strings', value: 'PATTERN', doc: 'Only these tests: a name with *, a label, an expression; see `lockstep test`' },
  },
  args: { min: 1, max: 1 },
  run: async ({ args: [name = ''], flags, io }) => {
    const filters = flags.filter.flatMap((text) => text.split(','));
    const within = filters.flatMap((text) => (text.startsWith('name=') ? [text.slice(5)] : []));
    const without = filters.flatMap((text) => (/^!\s?name=/.test(text) ? [text.replace(/^!\s?name=/, '')] : []));
    const tested = await act(flags, io, {
      run: (scene) =>
        testRelease(scene, {
          name,
          timeout: flags.timeout,
          logs: flags.logs,
          wanted: (hook) =>
            !without.includes(hook.name) && (within.length === 0 || within.includes(hook.name)) && selectsTest(hook, flags.only),
        }),
    });
    io.out(formatStatus({ ...tested.release, notes: '' }));
    if (flags.logs) {
      io.out('\n');
      for (const { pod, container, text } of tested.logs) io.out(`POD LOGS: ${pod} (${container})\n${text}\n`);
    }
    if (tested.failure !== undefined) throw new CommandError(tested.failure);
    return 0;
  },
});

/** Renders in threads: the same as in one thread, limits end one App and nobody else, and the loop goes on meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { renderThreads, type RenderThreads } from '../../src/app/render/index.ts';
import { type BuildInput, engineHere, standardBuilders } from '../../src/controllers/index.ts';
import { fileFound, type ListAnswer } from '../../src/core/ask/index.ts';
import { composeAnswerer, type Answerer } from '../../src/runtime/index.ts';
import { err, ok } from '../../src/std/index.ts';

type Files = Readonly<Record<string, string>>;

/** The files of one chart in `web`, answered one turn later, and what else it may ask for. */
function answererOf(files: Files): Answerer<{ readonly message: string }> {
  const list: ListAnswer = {
    id: 'tree',
    entries: Object.keys(files)
      .sort()
      .map((path) => ({ path, type: 'file' as const, id: path })),
  };
  const read = (path: string) => {
    const text = path.startsWith('web/') ? files[path.slice('web/'.length)] : undefined;
    return text === undefined ? { found: 'nothing' as const } : fileFound(`id:${text.length}`, Buffer.from(text));
  };
  return composeAnswerer({
    tree: () => ({
      readMany: (paths) => Promise.resolve(ok(paths.map(read))),
      list: (path) => Promise.resolve(ok(path === 'web' ? list : null)),
    }),
    lookup: ({ name }) =>
      Promise.resolve(
        name === 'broken'
          ? err({ message: 'the cluster is away' })
          : ok({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { big: 9007199254740993n } as never }),
      ),
  });
}

const chart = (templates: Files, values = ''): Files => ({
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
  'values.yaml': values,
  ...templates,
});

const input: BuildInput = {
  name: 'web',
  home: 'shop',
  namespace: 'shop',
  path: 'web',
  include: [],
  exclude: [],
  ignore: '',
  build: {},
};

const configMap = (name: string, data: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: ${data}\n`;

let threads: RenderThreads | undefined;
const open = (limits: Parameters<typeof renderThreads>[0] = {}): RenderThreads => (threads = renderThreads(limits));
afterEach(async () => {
  await threads?.close();
  threads = undefined;
});

test('the same as in this thread: objects, release, questions and their answers, problems', async () => {
  const found = `{{ (lookup "v1" "ConfigMap" "shop" "x").data.big }}`;
  const many = `{{- range $i := until 300 }}\n${configMap('c-{{ $i }}', '{text: {{ repeat 3000 "x" }}, "__proto__": "{{ $i }}"}')}{{- end }}`;
  const rows: Files[] = [
    {
      'templates/a.yaml': configMap('a', `{found: "${found}", n: "{{ .Values.n }}"}`),
      'templates/b.yaml': many,
      'README.md': 'x'.repeat(100_000),
    },
    { 'templates/a.yaml': '{{ fail "no" }}' },
    { 'templates/a.yaml': 'a: [\n' },
  ];
  for (const templates of rows) {
    const files = chart(templates, 'n: 1\n');
    const there = await open({ threads: 1 }).run(input, answererOf(files));
    const here = await engineHere(standardBuilders()).run(input, answererOf(files));
    if (!there.ok || !here.ok) throw new Error('an answer failed');
    const withoutDigests = there.value.value.value.map(({ digest: _digest, ...rest }) => rest);
    expect({ ...there.value.value, value: withoutDigests }).toEqual(here.value.value);
    expect(JSON.stringify(withoutDigests)).toBe(JSON.stringify(here.value.value.value));
    expect(there.value.trace).toEqual(here.value.trace);
    await threads?.close();
  }
});

test('an answer that fails is the error of this render only', async () => {
  const pool = open();
  const asking = (name: string): Files =>
    chart({ 'templates/a.yaml': configMap('a', `{x: "{{ lookup "v1" "ConfigMap" "shop" "${name}" }}"}`) });
  const [broken, whole] = await Promise.all([pool.run(input, answererOf(asking('broken'))), pool.run(input, answererOf(asking('x')))]);
  expect(broken).toEqual({ ok: false, error: { message: 'the cluster is away' } });
  expect(whole.ok && whole.value.value.value).toHaveLength(1);
});

/** Takes far longer than the limit below, in calls that count little against the budget. */
const long = `{{- range until 100000 }}{{ $x := repeat 2000 "abc" | sha512sum }}{{ end }}`;
/** Keeps some gigabytes. */
const large = `{{- $l := list }}{{- range $i := until 100000 }}{{- $l = append $l (list $i (toString $i) (dict "a" (until 200))) }}{{- end }}`;

test.each([
  ['time', long, { time: 300 }, 'rendering takes longer than 0.3 s'],
  ['memory', large, { memory: 64 }, 'rendering needs more than 64 MB'],
] as const)(
  'too much %s ends that render, and others go on',
  async (_what, template, limits, message) => {
    const pool = open({ ...limits, threads: 1 });
    const hostile = pool.run(input, answererOf(chart({ 'templates/a.yaml': template })));
    const fine = pool.run(input, answererOf(chart({ 'templates/a.yaml': configMap('a', '{}') })));
    const [stopped, done] = await Promise.all([hostile, fine]);
    if (!stopped.ok) throw new Error('an answer failed');
    expect(stopped.value.value.problems).toMatchObject([{ code: 'RenderFailed', message: expect.stringContaining(message) as string }]);
    // It depends on what it read: another content is another try.
    expect(stopped.value.trace.map(({ request }) => ('path' in request ? request.path : request.kind))).toContain('web/templates/a.yaml');
    expect(done.ok && done.value.value.value).toHaveLength(1);
  },
  30_000,
);

test('while a long render runs and its result arrives, timers fire', async () => {
  const pool = open();
  const many = `{{- range $i := until 3000 }}\n${configMap('c-{{ $i }}', '{text: {{ repeat 900 "x" }}, i: "{{ $i }}"}')}{{- end }}`;
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const result = await pool.run(input, answererOf(chart({ 'templates/a.yaml': many })));
  delay.disable();
  clearInterval(timer);
  console.log(`longest pause of the loop: ${Math.round(delay.max / 1e6)} ms`);
  expect(result.ok && result.value.value.value).toHaveLength(3000);
  expect(ticks).toBeGreaterThan(10);
}, 30_000);

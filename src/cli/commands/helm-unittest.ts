/** `lockstep helm unittest`: runs helm-unittest suites, as the plugin does. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { runOnFolder } from '../../app/engines.ts';
import { type Chart, RenderCache } from '../../core/chart/index.ts';
import {
  type FileResult,
  Coverage,
  type CoveredFile,
  coverageOf,
  coveragePercent,
  coverageText,
  parseSnapshots,
  parseSuites,
  pathFilter,
  reportText,
  runSuite,
  type SnapshotCounts,
  SnapshotCache,
  type Suite,
  suiteText,
  summaryText,
} from '../../core/unittest/index.ts';
import { isObject, type JsonObject } from '../../core/object/index.ts';
import { decode, goYamlV3 } from '../../core/yaml/index.ts';
import { defineCommand } from '../command.ts';
import { CommandError } from '../errors.ts';
import type { FlagTable, FlagValues } from '../flags.ts';
import { load, placeOf } from '../helm/chart.ts';
import { LIMITS_FLAG, limitsOf } from '../helm/limits.ts';
import type { Io } from '../io.ts';

const FLAGS = {
  file: { type: 'strings', short: 'f', value: 'GLOB', doc: 'Suite files, seen from the chart (default tests/*_test.yaml)' },
  values: { type: 'strings', short: 'v', value: 'FILE', doc: 'Values files for all suites' },
  'update-snapshot': { type: 'boolean', short: 'u', doc: 'Write the snapshots anew' },
  'with-subchart': { type: 'boolean', short: 's', default: true, doc: 'Run the suites of charts below charts/, too' },
  failfast: { type: 'boolean', short: 'q', doc: 'Stop at the first failure' },
  'output-file': { type: 'string', short: 'o', value: 'FILE', doc: 'Write the results as XML' },
  'output-type': {
    type: 'string',
    short: 't',
    value: 'TYPE',
    default: 'XUnit',
    doc: 'Kind of that XML: JUnit, NUnit, XUnit or Sonar',
  },
  coverage: { type: 'boolean', doc: 'Say which branches of the templates no test has run' },
  'coverage-min': { type: 'integer', value: 'PERCENT', doc: 'Fail when less of the templates has run; implies --coverage' },
  'skip-schema-validation': { type: 'boolean', doc: 'Do not check values against values.schema.json' },
  ...LIMITS_FLAG,
  strict: { type: 'boolean', doc: 'Accepted for compatibility; unknown assertions are errors anyway' },
  color: { type: 'boolean', doc: 'Accepted for compatibility; output has no colours' },
} as const satisfies FlagTable;

type Flags = FlagValues<typeof FLAGS>;

export const helmUnittest = defineCommand({
  summary: 'Run the helm-unittest suites of charts',
  usage: 'CHART [CHART …]',
  details: 'Suites and snapshots are those of the helm-unittest plugin. Post-renderers are commands and are refused.',
  examples: ['lockstep helm unittest ./chart', "lockstep helm unittest ./chart -f 'tests/**/*_test.yaml' -o results.xml"],
  flags: FLAGS,
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  run: async ({ args, flags, io }) => {
    io.endAtOnce?.();
    return new Runner(flags, io).run(args);
  },
});

/** A chart in the tree of charts below the one that was named. */
interface Member {
  readonly folder: string;
  readonly route: string;
  readonly chart: Chart;
}

class Runner {
  private readonly flags: Flags;
  private readonly io: Io;
  private readonly cache: RenderCache;
  private readonly coverage: Coverage | undefined;
  private readonly covered: CoveredFile[] = [];
  private readonly files: FileResult[] = [];
  private readonly charts: boolean[] = [];
  private values: readonly JsonObject[] = [];
  private snapshots: SnapshotCounts = { total: 0, failed: 0, failedSuites: 0, inserted: 0, vanished: 0 };

  constructor(flags: Flags, io: Io) {
    this.flags = flags;
    this.io = io;
    this.coverage = flags.coverage || flags['coverage-min'] !== undefined ? new Coverage() : undefined;
    this.cache = new RenderCache(limitsOf(flags, io), this.coverage);
  }

  async run(names: readonly string[]): Promise<number> {
    const started = performance.now();
    this.values = await Promise.all(this.flags.values.map((name) => this.readValues(name)));
    for (const name of names) {
      const passed = await this.chart(name);
      this.charts.push(passed);
      if (!passed && this.flags.failfast) break;
    }
    await this.writeReport();
    this.io.out(summaryText(this.charts, this.files, { snapshots: this.snapshots, milliseconds: performance.now() - started }));
    const isCovered = this.isCovered();
    return this.charts.every(Boolean) && isCovered ? 0 : 1;
  }

  private async writeReport(): Promise<void> {
    const { 'output-file': file, 'output-type': type } = this.flags;
    if (file === undefined) return;
    const place = {
      time: new Date().toISOString().slice(0, 19),
      host: hostname(),
      user: userInfo().username,
      folder: this.io.cwd,
      platform: `${process.version}.${process.platform}-${process.arch}`,
    };
    const text = reportText(type, this.files, place);
    if (text === undefined) throw new CommandError(`--output-type ${type} is not known`, 'Write JUnit, NUnit, XUnit or Sonar.');
    const path = resolve(this.io.cwd, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Prints how much of the templates has run, when that is wanted; false when it is too little. */
  private isCovered(): boolean {
    if (this.coverage === undefined) return true;
    this.io.out(coverageText(this.covered));
    const least = this.flags['coverage-min'] ?? 0;
    const percent = coveragePercent(this.covered);
    if (percent >= least) return true;
    this.io.err(`The tests run ${percent.toFixed(1)}% of the templates; --coverage-min asks for ${least}%.\n`);
    return false;
  }

  private async readValues(name: string): Promise<JsonObject> {
    const decoded = decode(await readFile(resolve(this.io.cwd, name), 'utf8'), { variant: goYamlV3 });
    if (!decoded.ok) throw new CommandError(`failed to parse ${name}: ${decoded.error.message}`);
    return isObject(decoded.value) ? decoded.value : {};
  }

  private async chart(name: string): Promise<boolean> {
    const place = await placeOf(resolve(this.io.cwd, name));
    if (place === undefined) throw new CommandError(`path ${JSON.stringify(name)} not found`);
    const { chart } = await load(place);
    this.io.out(`\n### Chart [ ${chart.metadata.name} ] ${name}\n\n`);
    let passed = true;
    for (const member of this.members({ folder: '', route: chart.metadata.name, chart })) {
      for (const file of await this.suiteFiles(join(place.root, place.path, member.folder))) {
        const path = join(place.path, member.folder, file);
        const at = {
          root: place.root,
          chart,
          route: member.route,
          shown: relative(this.io.cwd, resolve(this.io.cwd, name, member.folder, file)),
        };
        if (!(await this.file(path, at))) passed = false;
        if (!passed && this.flags.failfast) return false;
      }
    }
    if (this.coverage !== undefined) this.covered.push(...coverageOf(chart, this.coverage, this.flags['with-subchart']));
    return passed;
  }

  private members(member: Member): readonly Member[] {
    if (!this.flags['with-subchart']) return [member];
    const below = member.chart.dependencies.map((chart): Member => {
      const path = `charts/${chart.metadata.name}`;
      return { folder: join(member.folder, path), route: `${member.route}/${path}`, chart };
    });
    return [member, ...below.flatMap((each) => this.members(each))];
  }

  private async suiteFiles(folder: string): Promise<readonly string[]> {
    const patterns = this.flags.file.length === 0 ? ['tests/*_test.yaml'] : this.flags.file;
    const isWanted = pathFilter(patterns);
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    return names.filter(isWanted).toSorted();
  }

  private async file(
    path: string,
    at: { readonly root: string; readonly chart: Chart; readonly route: string; readonly shown: string },
  ): Promise<boolean> {
    const full = join(at.root, path);
    const suites = parseSuites(path, await readFile(full, 'utf8'));
    if (!suites.ok) return this.report({ file: at.shown, name: '', result: undefined, error: suites.error, seconds: 0 });
    let passed = true;
    for (const suite of suites.value) if (!(await this.suite(suite, full, at))) passed = false;
    return passed;
  }

  private async suite(
    suite: Suite,
    file: string,
    at: { readonly root: string; readonly chart: Chart; readonly route: string; readonly shown: string },
  ): Promise<boolean> {
    const started = performance.now();
    const id = suite.snapshotId === '' ? '' : `_${suite.snapshotId}`;
    const snapshotFile = join(dirname(file), '__snapshot__', `${file.slice(dirname(file).length + 1)}${id}.snap`);
    const cached = parseSnapshots(await readFile(snapshotFile, 'utf8').catch(() => ''));
    if (!cached.ok) return this.report({ file: at.shown, name: suite.name, result: undefined, error: cached.error, seconds: 0 });
    const answered = await runOnFolder(at.root, (ask) => {
      const snapshots = new SnapshotCache(cached.value, this.flags['update-snapshot']);
      const result = runSuite(ask, suite, {
        chart: at.chart,
        route: at.route,
        cache: this.cache,
        snapshots,
        values: this.values,
        failFast: this.flags.failfast,
        skipSchemaValidation: this.flags['skip-schema-validation'],
      });
      return { result, snapshots };
    });
    const seconds = (performance.now() - started) / 1000;
    if (!answered.ok) return this.report({ file: at.shown, name: suite.name, result: undefined, error: answered.error.message, seconds });
    const { result, snapshots } = answered.value;
    this.count(snapshots);
    const text = snapshots.toWrite();
    if (text !== undefined) {
      await mkdir(dirname(snapshotFile), { recursive: true });
      await writeFile(snapshotFile, text);
    }
    return this.report({ file: at.shown, name: suite.name, result, error: undefined, seconds });
  }

  private count({ total, failed, inserted, vanished }: SnapshotCache): void {
    this.snapshots = {
      total: this.snapshots.total + total,
      failed: this.snapshots.failed + failed,
      failedSuites: this.snapshots.failedSuites + (failed > 0 ? 1 : 0),
      inserted: this.snapshots.inserted + inserted,
      vanished: this.snapshots.vanished + vanished,
    };
  }

  private report(file: FileResult): boolean {
    this.files.push(file);
    this.io.out(suiteText(file));
    return file.result?.passed === true;
  }
}

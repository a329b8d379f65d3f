/** Rules that people write into Apps, checked once per spec: CEL of health checks, ignore rules and dependencies; patterns and times of tests. */
import type { App, IgnoreRule } from '../../api/index.ts';
import { type Program, compileCel } from '../../core/cel/index.ts';
import { type CustomChecks, compileChecks, compileReady, withoutOthers } from '../../core/health/index.ts';
import { parseSchedule } from '../../core/go/cron/index.ts';
import type { Json, KubeObject } from '../../core/object/index.ts';
import { patternProblem } from '../../core/release/tests/index.ts';
import type { Problem } from '../../core/problem/index.ts';
import { offsetIn } from '../time.ts';
import { windowProblems } from './windows.ts';

interface Compiled {
  readonly checks: CustomChecks;
  readonly problems: readonly Problem[];
}

type Ready = (object: KubeObject, dependency: KubeObject) => boolean | string;

const testProblems = ({ spec: { tests } }: App): readonly Problem[] => [
  ...(tests.only ?? []).flatMap((pattern, index) => {
    const message = patternProblem(pattern);
    return message === undefined ? [] : [{ code: 'RuleInvalid', field: `spec.tests.only[${index}]`, message }];
  }),
  ...scheduleProblems(tests),
];

function scheduleProblems({ schedule, timeZone }: App['spec']['tests']): readonly Problem[] {
  const wrong = (field: string, message: string): Problem => ({ code: 'RuleInvalid', field: `spec.tests.${field}`, message });
  return [
    ...(schedule !== undefined && parseSchedule(schedule) === undefined
      ? [wrong('schedule', `${JSON.stringify(schedule)} is no cron expression of five fields, such as 0 6 * * mon-fri`)]
      : []),
    ...(timeZone !== undefined && offsetIn(timeZone) === undefined
      ? [wrong('timeZone', `there is no time zone ${JSON.stringify(timeZone)}; names are such as Europe/Berlin`)]
      : []),
  ];
}

const objectOnly = new Map([['object', undefined]]);

export class Rules {
  /** By spec: an App whose spec did not change is the same object in the informer. */
  readonly #compiled = new WeakMap<App['spec'], Compiled>();
  readonly #ignore = new WeakMap<IgnoreRule, Program | null>();
  readonly #ready = new WeakMap<App['spec'], Map<string, Ready | null>>();

  readonly #others: 'act' | 'absent';

  /** `absent`: the controllers of other tools do not run in the cluster. */
  constructor(others: 'act' | 'absent' = 'act') {
    this.#others = others;
  }

  /** What does not compile, all at once. */
  problems(app: App): readonly Problem[] {
    return this.#of(app).problems;
  }

  checksOf(app: App): CustomChecks {
    return this.#of(app).checks;
  }

  #of(app: App): Compiled {
    const known = this.#compiled.get(app.spec);
    if (known !== undefined) return known;
    const checks = compileChecks(app.spec.health.checks ?? [], 'spec.health.checks');
    const compiled = {
      checks: this.#others === 'absent' ? withoutOthers(checks.value) : checks.value,
      problems: [
        ...checks.problems,
        ...this.#ignoreProblems(app),
        ...this.#readyProblems(app),
        ...testProblems(app),
        ...windowProblems(app),
      ],
    };
    this.#compiled.set(app.spec, compiled);
    return compiled;
  }

  #ignoreProblems(app: App): readonly Problem[] {
    const problems: Problem[] = [];
    for (const [index, rule] of (app.spec.sync.ignore ?? []).entries()) {
      if (rule.cel === undefined) continue;
      const compiled = compileCel(rule.cel, { variables: objectOnly, result: 'bool' });
      this.#ignore.set(rule, compiled.ok ? compiled.value : null);
      if (compiled.ok) continue;
      const { line, column, message } = compiled.error;
      problems.push({ code: 'RuleInvalid', field: `spec.sync.ignore[${index}].cel`, message: `${line}:${column}: ${message}` });
    }
    return problems;
  }

  #readyProblems(app: App): readonly Problem[] {
    const compiled = new Map<string, Ready | null>();
    const problems = (app.spec.dependsOn ?? []).flatMap(({ ready }, index) => {
      if (ready === undefined) return [];
      const outcome = compileReady(ready, `spec.dependsOn[${index}].ready`);
      compiled.set(ready, outcome.value);
      return outcome.problems;
    });
    this.#ready.set(app.spec, compiled);
    return problems;
  }

  /** Whether an ignore rule's expression holds for a living object; one that cannot be evaluated (its field is not there) does not. */
  ignoreHolds(rule: IgnoreRule, live: KubeObject): boolean {
    const result = this.#ignore.get(rule)?.run([['object', live as Json]]).result;
    return result?.ok === true && result.value === true;
  }

  /** True, false, or the text of an error. */
  dependencyReady(rule: string, app: App, dependency: KubeObject): boolean | string {
    return this.#ready.get(app.spec)?.get(rule)?.(app as unknown as KubeObject, dependency) ?? 'the rule does not compile';
  }
}

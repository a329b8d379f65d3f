/** Test results as JUnit XML, as build servers read it. */
import type { AppStatus } from '../api/index.ts';
import type { Report } from '../core/rehearsal/index.ts';

export interface TestedApp {
  /** `namespace/name` */
  readonly app: string;
  readonly tests: NonNullable<AppStatus['tests']>;
  /** Why its tests could not be run, or did not end. */
  readonly problem?: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML cannot hold are left out. */
const escape = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');

const seconds = (start: string | undefined, end: string | undefined): number =>
  start === undefined || end === undefined ? 0 : Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);

export function junit(tested: readonly TestedApp[]): string {
  const suites = tested.map(({ app, tests, problem }) => {
    const failures = tests.filter(({ phase }) => phase !== 'Succeeded').length;
    const cases = tests.map(({ name, phase, message = '', startedAt, completedAt }) => {
      const open = `    <testcase classname="${escape(app)}" name="${escape(name)}" time="${seconds(startedAt, completedAt)}"`;
      return phase === 'Succeeded'
        ? `${open}/>`
        : `${open}>\n      <failure message="${escape(message === '' ? phase : message)}"/>\n    </testcase>`;
    });
    const errors = problem === undefined ? [] : [problemCase(app, problem)];
    const counts = `tests="${tests.length + errors.length}" failures="${failures}" errors="${errors.length}"`;
    return [`  <testsuite name="${escape(app)}" ${counts}>`, ...cases, ...errors, '  </testsuite>'].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

const problemCase = (app: string, problem: string): string =>
  `    <testcase classname="${escape(app)}" name="tests of the App" time="0">\n      <error message="${escape(problem)}"/>\n    </testcase>`;

/** One suite: a case per App, a case per test, one for what is assumed. Times are those of the scenario. */
export function rehearsalJunit({ apps, trouble, assumed, subject }: Report): string {
  const causes = new Map(trouble.map((one) => [one.app, one]));
  const failures: string[] = [];
  const testcase = (name: string, time: number, failure?: string): string => {
    const open = `    <testcase classname="rehearsal" name="${escape(name)}" time="${(time / 1000).toFixed(3)}"`;
    if (failure === undefined) return `${open}/>`;
    failures.push(name);
    return `${open}>\n      <failure message="${escape(failure)}"/>\n    </testcase>`;
  };
  const cases = apps.flatMap(({ app, ready, limbo, reason, message, tests }) => {
    const cause = causes.get(app);
    const why = cause === undefined ? `${reason}: ${message}` : `${cause.reason}: ${cause.message} → ${cause.hint}`;
    const failed = tests.map((test) => testcase(`${app} test ${test.name}`, 0, test.passed ? undefined : test.message || 'not passed'));
    return [testcase(`${app} becomes ready`, limbo, ready ? undefined : why), ...failed];
  });
  const open = assumed.filter(({ allowed }) => !allowed).map(({ what, count }) => `${what} (${count})`);
  cases.push(testcase('nothing is assumed that is not allowed', 0, open.length === 0 ? undefined : open.join(', ')));
  const name = escape(`rehearsal of ${subject.name} at ${subject.revision}`);
  const suite = `  <testsuite name="${name}" tests="${cases.length}" failures="${failures.length}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}\n${cases.join('\n')}\n  </testsuite>\n</testsuites>\n`;
}

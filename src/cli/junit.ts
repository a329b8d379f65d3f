/** Test results as JUnit XML, as build servers read it. */
import type { AppStatus } from '../api/index.ts';

export interface TestedApp {
  /** `namespace/name` */
  readonly app: string;
  readonly tests: NonNullable<AppStatus['tests']>;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML cannot hold are left out. */
const escape = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');

const seconds = (start: string | undefined, end: string | undefined): number =>
  start === undefined || end === undefined ? 0 : Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);

export function junit(tested: readonly TestedApp[]): string {
  const suites = tested.map(({ app, tests }) => {
    const failures = tests.filter(({ phase }) => phase !== 'Succeeded').length;
    const cases = tests.map(({ name, phase, message = '', startedAt, completedAt }) => {
      const open = `    <testcase classname="${escape(app)}" name="${escape(name)}" time="${seconds(startedAt, completedAt)}"`;
      return phase === 'Succeeded'
        ? `${open}/>`
        : `${open}>\n      <failure message="${escape(message === '' ? phase : message)}"/>\n    </testcase>`;
    });
    return [`  <testsuite name="${escape(app)}" tests="${tests.length}" failures="${failures}">`, ...cases, '  </testsuite>'].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

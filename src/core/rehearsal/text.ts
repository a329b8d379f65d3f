/** A report for a terminal. */
import { renderSpan, sharedFacts } from './facts.ts';
import type { AppReport, Report } from './report.ts';

const GAP = '   ';

/** Cells left-aligned under their header; the last column is not padded. Widths count characters: names in Kubernetes are ASCII. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => `  ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(GAP)}`.trimEnd()).join('\n');
}

export function formatReport(report: Report): string {
  const blocks = [
    heading(report),
    order(report),
    critical(report),
    trouble(report),
    warnings(report),
    assumed(report),
    absent(report),
    changes(report),
    against(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n\n${verdict(report)}\n`;
}

function heading({ subject, apps, objects }: Report): string {
  const { name, revision, kubernetes, environment, scenario, ordered, leftOut } = subject;
  const extras = [
    environment === undefined ? '' : `environment ${environment} (${leftOut} Apps of others left out)`,
    scenario === undefined ? '' : `scenario ${scenario}`,
    ordered ? '' : 'without order',
  ].filter((part) => part !== '');
  const of = `${apps.length} Apps, ${objects} objects on Kubernetes ${kubernetes}, from nothing`;
  return [`Rehearsal of ${name} at ${revision}`, [of, ...extras].join('; ')].join('\n');
}

function order({ apps }: Report): string {
  if (apps.length === 0) return '';
  const rows = apps.map((app) => [
    app.app,
    app.startedAt === undefined ? '-' : renderSpan(app.startedAt),
    app.readyAt === undefined ? '-' : renderSpan(app.readyAt),
    app.startedAt === undefined ? '-' : renderSpan(app.limbo),
    String(app.restarts),
    String(app.objects),
    stateOf(app),
  ]);
  return `Order (scenario time, not measured)\n${table(['APP', 'STARTED', 'READY', 'LIMBO', 'RESTARTS', 'OBJECTS', 'STATE'], rows)}`;
}

function stateOf({ ready, reason, tests }: AppReport): string {
  const passed = tests.filter((test) => test.passed).length;
  const tested = tests.length === 0 ? '' : `, ${passed} of ${tests.length} tests passed`;
  return `${ready ? 'ready' : reason}${tested}`;
}

const critical = ({ critical: { path, total } }: Report): string =>
  path.length === 0 ? '' : `Critical path (${renderSpan(total)})\n  ${path.join(' → ')}`;

function trouble({ trouble: found }: Report): string {
  if (found.length === 0) return '';
  const lines = found.map(({ app, reason, message, hint, object, file, delays }) =>
    [
      `  ${app}: ${reason}`,
      `    ${message}`,
      object === undefined || message.includes(object) ? '' : `    at ${object}`,
      file === undefined || message.includes(file) ? '' : `    in ${file}`,
      hint === '' ? '' : `    → ${hint}`,
      delays.length === 0 ? '' : `    keeps waiting: ${delays.join(', ')}`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
  return `Not ready, and why\n${lines.join('\n')}`;
}

/** As many as anybody reads. */
const MOST_WARNINGS = 50;

function warnings({ warnings: found }: Report): string {
  if (found.length === 0) return '';
  const lines = found.slice(0, MOST_WARNINGS).map(({ app, message, hint }) => `  ${app}: ${message}\n    → ${hint}`);
  const more = found.length > MOST_WARNINGS ? [`  … and ${found.length - MOST_WARNINGS} more`] : [];
  return ['Doubtful: a cluster takes it without a word', ...lines, ...more].join('\n');
}

function assumed({ assumed: found }: Report): string {
  if (found.length === 0) return '';
  const lines = found.map(({ what, count, examples, allowed }) => {
    const some = examples.slice(0, 3).join(', ');
    return `  ${allowed ? 'allowed' : 'NOT ALLOWED'}: ${what} (${count}): ${some}${count > 3 ? ', …' : ''}`;
  });
  const open = found.filter(({ allowed }) => !allowed).map(({ what }) => `--assume ${what}`);
  const hint = open.length === 0 ? [] : [`  To allow it: ${open.join(' ')}`];
  return ['Assumed, because nothing here can tell', ...lines, ...hint].join('\n');
}

function absent({ absent: found }: Report): string {
  if (found.length === 0) return '';
  return ['Needed for a rebuild and not in Git', ...found.map(({ what, subject, message }) => `  ${what}: ${subject}: ${message}`)].join(
    '\n',
  );
}

function changes({ changes: found }: Report): string {
  if (found === undefined) return '';
  const { base, created, removed, changed } = found;
  const count = created.length + removed.length + changed.length;
  if (count === 0) return `No object differs from ${base}`;
  return [
    `Objects that differ from ${base}`,
    ...created.map((object) => `  + ${object}`),
    ...removed.map((object) => `  - ${object}`),
    ...changed.flatMap(({ object, fields }) => [`  ~ ${object}`, ...fields.map(({ path, from, to }) => `      ${path}: ${from} → ${to}`)]),
  ].join('\n');
}

function against({ against: found }: Report): string {
  if (found === undefined) return '';
  const { cluster, kubernetes, same, differ, missing, extra, unread } = found;
  return [
    `Beside ${cluster} (Kubernetes ${kubernetes}): ${same} objects the same, ${differ.length} differ, ${missing.length} missing there, ${extra.length} there besides`,
    ...unread.map((why) => `  ? ${why}`),
    ...missing.map((object) => `  + ${object}`),
    ...extra.map((object) => `  - ${object}`),
    ...differ.flatMap(({ object, fields }) => [
      `  ~ ${object}`,
      ...fields.map(({ path, from, to }) => `      ${path}: ${from} there, ${to} rehearsed`),
    ]),
  ].join('\n');
}

function verdict(report: Report): string {
  const { ready, restarts, limbo } = sharedFacts(report);
  const doubts = report.warnings.length === 0 ? '' : `; ${report.warnings.length} doubtful`;
  const sums = `longest limbo ${renderSpan(limbo)}, ${restarts} restarts (scenario)${doubts}`;
  if (report.passed) return `PASSED: ${ready} of ${report.apps.length} Apps ready after ${renderSpan(report.duration)}; ${sums}`;
  if (report.converged) return `FAILED: every App is ready, but something is assumed that is not allowed; ${sums}`;
  return `FAILED: ${ready} of ${report.apps.length} Apps ready, given up after ${renderSpan(report.duration)}; ${sums}`;
}

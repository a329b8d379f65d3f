/** A report as a comment on a pull request: the verdict first, the rest folded away. Texts from repositories are hostile and are escaped. */
import { renderSpan, sharedFacts } from './facts.ts';
import { type Changes, isSame, type Report } from './report.ts';

const MOST_ROWS = 200;

/** No markup, no mentions, no table separators. */
const escape = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`)
    .replace(/@/g, '@\u200b')
    .replace(/\s+/g, ' ')
    .trim();

/** Text between backticks, longer than any run of backticks in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${longest > 0 ? ' ' : ''}${text.replace(/\s+/g, ' ').replaceAll('|', '\\|')}${longest > 0 ? ' ' : ''}${fence}`;
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows.slice(0, MOST_ROWS)].map((cells) => `| ${cells.join(' | ')} |`).join('\n') +
  (rows.length > MOST_ROWS ? `\n\n… and ${rows.length - MOST_ROWS} more` : '');

const folded = (title: string, body: string): string => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;

export function markdownReport(report: Report): string {
  const blocks = [
    head(report),
    trouble(report),
    warnings(report),
    assumed(report),
    changes(report),
    against(report),
    apps(report),
    absent(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function head(report: Report): string {
  const { subject, critical, objects } = report;
  const { ready, restarts, limbo } = sharedFacts(report);
  const title = report.passed ? '✅ Rehearsal passed' : '❌ Rehearsal failed';
  const environment = subject.environment === undefined ? '' : ` environment ${code(subject.environment)},`;
  const scenario = subject.scenario === undefined ? '' : ` scenario ${code(subject.scenario)},`;
  const facts =
    `${code(subject.revision)} from nothing:${environment}${scenario} ${ready} of ${report.apps.length} Apps ready, ${objects} objects, ` +
    `Kubernetes ${escape(subject.kubernetes)}.`;
  const times =
    `Scenario (not measured): ${renderSpan(report.duration)} in all, longest limbo ${renderSpan(limbo)}, ${restarts} restarts` +
    `${critical.path.length === 0 ? '' : `; critical path ${critical.path.map(code).join(' → ')} (${renderSpan(critical.total)})`}.`;
  return `### ${title}\n\n${facts}\n\n${times}`;
}

function trouble({ trouble: found }: Report): string {
  if (found.length === 0) return '';
  const lines = found.map(({ app, reason, message, hint, file, delays }) => {
    const place = file === undefined ? '' : ` (${code(file)})`;
    const next = hint === '' ? '' : ` → ${escape(hint)}`;
    const waiting = delays.length === 0 ? '' : ` Keeps waiting: ${delays.map(code).join(', ')}.`;
    return `- **${escape(app)}**: ${escape(reason)}: ${escape(message)}${place}${next}${waiting}`;
  });
  return `#### Not ready, and why\n\n${lines.join('\n')}`;
}

function warnings({ warnings: found }: Report): string {
  if (found.length === 0) return '';
  const lines = found.slice(0, MOST_ROWS).map(({ app, message, hint }) => `- **${escape(app)}**: ${escape(message)} → ${escape(hint)}`);
  return `#### Doubtful: a cluster takes it without a word\n\n${lines.join('\n')}`;
}

function assumed({ assumed: found }: Report): string {
  const open = found.filter(({ allowed }) => !allowed);
  const row = ({ what, count, examples }: (typeof found)[number]): string =>
    `- ${code(what)} (${count}): ${examples.slice(0, 3).map(code).join(', ')}`;
  const allowed = found.filter((one) => one.allowed);
  return [
    open.length === 0 ? '' : `#### Assumed, and not allowed\n\n${open.map(row).join('\n')}`,
    allowed.length === 0 ? '' : folded(`Assumed, as allowed (${allowed.length})`, allowed.map(row).join('\n')),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function changes({ changes: found }: Report): string {
  if (found === undefined) return '';
  const { base, created, removed, changed } = found;
  const count = created.length + removed.length + changed.length;
  if (count === 0) return `No object differs from ${code(base)}.`;
  const title = `${created.length} created, ${changed.length} changed, ${removed.length} removed against ${escape(base)}`;
  return diff(title, { created, removed, changed });
}

function against({ against: found }: Report): string {
  if (found === undefined) return '';
  const { cluster, same, differ, missing, extra, unread } = found;
  const title = `Beside ${escape(cluster)}: ${same} the same, ${differ.length} differ, ${missing.length} missing there, ${extra.length} there besides`;
  if (isSame(found)) return `${title}.`;
  const unknown = unread.length === 0 ? '' : `\n\nNot compared: ${unread.map(code).join(', ')}`;
  return `${diff(title, { created: missing, removed: extra, changed: differ })}${unknown}`;
}

function diff(title: string, { created, removed, changed }: Pick<Changes, 'created' | 'removed' | 'changed'>): string {
  const lines = [
    ...created.map((object) => `+ ${object}`),
    ...removed.map((object) => `- ${object}`),
    ...changed.flatMap(({ object, fields }) => [`! ${object}`, ...fields.map(({ path, from, to }) => `!   ${path}: ${from} → ${to}`)]),
  ];
  const shown = lines.slice(0, MOST_ROWS).map((line) => line.replaceAll('```', "'''").replace(/\n/g, '\\n'));
  const more = lines.length > MOST_ROWS ? `\n… and ${lines.length - MOST_ROWS} more lines` : '';
  return folded(title, `\`\`\`diff\n${shown.join('\n')}${more}\n\`\`\``);
}

function apps({ apps: all }: Report): string {
  const rows = all.map(({ app, startedAt, readyAt, limbo, restarts, objects, ready, reason }) => [
    code(app),
    startedAt === undefined ? '–' : renderSpan(startedAt),
    readyAt === undefined ? '–' : renderSpan(readyAt),
    renderSpan(limbo),
    String(restarts),
    String(objects),
    ready ? 'ready' : escape(reason),
  ]);
  return folded(`Order of ${all.length} Apps`, table(['App', 'started', 'ready', 'limbo', 'restarts', 'objects', 'state'], rows));
}

function absent({ absent: found }: Report): string {
  if (found.length === 0) return '';
  const rows = found.map(({ what, subject, message }) => [escape(what), code(subject), escape(message)]);
  return folded(`Needed for a rebuild and not in Git (${found.length})`, table(['what', 'which', 'why'], rows));
}

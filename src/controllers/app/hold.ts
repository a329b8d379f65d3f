/** What a held-back revision is told as, and when it is looked at again. Pure. */
import { type ReasonCode, reasons } from '../../api/index.ts';
import { type Problem, formatProblem } from '../../core/problem/index.ts';
import { refKey } from '../../core/object/index.ts';
import type { Plan, PlanItem } from '../../core/plan/index.ts';
import { appTopic } from './dependencies.ts';
import { kindsAtLatest, kindsTopic } from './kinds.ts';
import type { Next } from './pass-end.ts';
import type { WaitsFor } from './registry.ts';
import type { Hold, Target } from './targets.ts';
import type { Verdict } from './verdict.ts';

/** Refusals that another App's pass, or time, resolves. */
const passing = new Set(['WaitingForOwner', 'DiscoveryFailed', 'DependencyNotReady', 'NamespaceMissing', 'UnknownKind']);

export const mayPass = (code: string): boolean => passing.has(code);

/** A plan that was refused, as a hold; undefined when nothing was refused, or only while healing. */
export function refusalOf(plan: Plan, wanted: Target): Hold | undefined {
  const [refusal] = plan.refused;
  if (refusal === undefined || wanted.cause === 'drift') return undefined;
  const code = refusal.code in reasons ? (refusal.code as ReasonCode) : 'ApplyFailed';
  const message = plan.refused.map((reason) => reason.message + (reason.hint === undefined ? '' : ` (${reason.hint})`)).join('; ');
  const problems = plan.refused.map(({ message: text, hint }) => ({ code, message: text, ...(hint === undefined ? {} : { hint }) }));
  const hold = { code, message, problems, transient: mayPass(refusal.code), newest: wanted.render };
  return refusal.code === 'UnknownKind' ? { ...hold, topics: [kindsTopic] } : hold;
}

/** What of other Apps a plan waits for. */
export function waitsOf({ items }: Pick<Plan, 'items'>): WaitsFor {
  const [apps, objects] = [new Set<string>(), new Set<string>()];
  let pending = false;
  const note = ({ ref, other }: PlanItem, code: string): void => {
    if ((code === 'HandedOver' || code === 'WaitingForOwner') && other !== undefined) apps.add(other);
    if (code === 'NamespaceMissing') objects.add(refKey({ group: '', kind: 'Namespace', namespace: '', name: ref.namespace }));
    if (code === 'WaitingForApps') pending = true;
  };
  for (const item of items) for (const { code } of item.reasons) note(item, code);
  return { apps: [...apps], objects: [...objects], pending };
}

/** The same for a revision that is held back. `refused`: the plan that was. */
export function holdWaitsFor({ topics = [], pending = false }: Hold, refused?: Plan): WaitsFor {
  const prefix = appTopic('');
  const named = topics.filter((topic) => topic.startsWith(prefix)).map((topic) => topic.slice(prefix.length));
  const { apps = [], objects = [], pending: planned = false } = refused === undefined ? {} : waitsOf(refused);
  return { apps: [...named, ...apps], objects, pending: pending || planned };
}

export function holdVerdict(hold: Hold): Verdict {
  const why = hold.problems.map(whyOf);
  return {
    phase: hold.transient ? 'Waiting' : hold.newest === undefined ? 'Failed' : 'Refused',
    ready: 'False',
    reason: hold.code,
    message: hold.message,
    moving: hold.transient,
    ...(hold.about === undefined ? {} : { about: hold.about }),
    ...(why.length === 0 ? {} : { why }),
  };
}

/** What the schema of the status takes: more would have the whole status refused, and nobody told. */
const most = { text: 32_768, place: 1_200 };

function whyOf(problem: Problem): NonNullable<Verdict['why']>[number] {
  const { hint, ...said } = problem;
  const { file, line, column } = said;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return {
    reason: problem.code,
    message: formatProblem(said).slice(0, most.text),
    ...(file === undefined || file === '' ? {} : { file: place.slice(0, most.place) }),
    ...(hint === undefined ? {} : { hint: hint.slice(0, most.text) }),
  };
}

/** Time may resolve what is transient, and an approval or an edit in the cluster what was refused; what cannot be rendered waits for another commit. */
export function holdNext({ topics = [], newest, transient, next }: Hold): Next {
  if (next !== undefined) return next;
  if (topics.length > 0) return { kind: 'waiting', topics, ...(topics.includes(kindsTopic) ? { atLatest: kindsAtLatest } : {}) };
  return transient || newest !== undefined ? { kind: 'retry' } : { kind: 'done' };
}

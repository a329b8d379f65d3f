/** Buttons: each shows what it would do first, and does it only when that still stands. */
import { useEffect, useState, type JSX } from 'react';
import type { ActionName, ActionPlan, ActionRequest, AppDetail } from '../../../../src/api/http/index.ts';
import { useSettled } from '../../data/hooks.ts';
import { call, type ApiError } from '../../data/http.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Skeleton } from '../../parts/empty.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Note } from '../../parts/note.tsx';
import { toast } from '../../shell/toasts.tsx';

const buttons: { readonly [action in ActionName]: { readonly label: string; readonly icon: IconName } } = {
  sync: { label: 'Sync', icon: 'sync' },
  suspend: { label: 'Suspend', icon: 'pause' },
  resume: { label: 'Resume', icon: 'play' },
  rollback: { label: 'Roll back', icon: 'revert' },
  test: { label: 'Run tests', icon: 'test' },
  approve: { label: 'Approve', icon: 'check' },
};

/** What a person most likely came for, given how the App is. */
function first(app: AppDetail): ActionName | undefined {
  if (app.pending?.approval === true) return 'approve';
  if (app.suspended !== undefined) return 'resume';
  return app.level === 'broken' ? 'rollback' : undefined;
}

export function Actions({ app }: { readonly app: AppDetail }): JSX.Element {
  const [open, setOpen] = useState<ActionName>();
  const offered = app.actions.filter(({ allowed }) => allowed);
  const main = first(app);
  return (
    <div className="row wrap" role="group" aria-label="Actions">
      {offered.map(({ action }) => (
        <button key={action} type="button" className={`button ${action === main ? 'primary' : ''}`} onClick={() => setOpen(action)}>
          <Icon name={buttons[action].icon} size={14} />
          {buttons[action].label}…
        </button>
      ))}
      {open === undefined ? null : <Ask app={app} action={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

interface Asked {
  readonly app: AppDetail;
  readonly action: ActionName;
  readonly onClose: () => void;
}

function Ask({ app, action, onClose }: Asked): JSX.Element {
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [once, setOnce] = useState(false);
  const said = useSettled(reason.trim(), 250);
  const asked: ActionRequest = {
    ...(said === '' ? {} : { reason: said }),
    ...(action === 'suspend' && until !== '' ? { until } : {}),
    ...(action === 'sync' && once ? { once } : {}),
  };
  const { plan, problem, busy, confirm } = usePlanned(app, action, { asked, onClose });
  const settled = said === reason.trim();
  const { label } = buttons[action];
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        Cancel
      </button>
      <button
        type="button"
        className={`button ${plan?.effects.some(({ danger }) => danger) === true ? 'danger' : 'primary'}`}
        disabled={plan === undefined || busy || !settled}
        onClick={confirm}
      >
        {busy ? 'Working…' : label}
      </button>
    </>
  );
  return (
    <Dialog title={`${label} ${app.name}`} onClose={onClose} footer={footer}>
      <div className="stack">
        <label className="field">
          <span>Reason (optional), for the history</span>
          <input className="input" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        {action === 'suspend' ? <Until value={until} onChange={setUntil} /> : null}
        {action === 'sync' && app.suspended !== undefined ? (
          <label className="row">
            <input type="checkbox" checked={once} onChange={(event) => setOnce(event.target.checked)} /> Once, although it is suspended
          </label>
        ) : null}
        <Planned plan={plan} problem={problem} />
      </div>
    </Dialog>
  );
}

interface Planning {
  readonly plan: ActionPlan | undefined;
  readonly problem: ApiError | undefined;
  readonly busy: boolean;
  readonly confirm: () => void;
}

/** The plan of an action as it is asked for now; confirming carries out exactly that plan, or says that it does not stand any more. */
function usePlanned(
  { namespace, name, generation }: AppDetail,
  action: ActionName,
  { asked, onClose }: { readonly asked: ActionRequest; readonly onClose: () => void },
): Planning {
  const [plan, setPlan] = useState<ActionPlan>();
  const [problem, setProblem] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const body = JSON.stringify(asked);
  useEffect(() => {
    const stop = new AbortController();
    const params = { namespace, name, action };
    call('action', { params, body: JSON.parse(body) as ActionRequest, signal: stop.signal }).then(
      (answer) => {
        setPlan(answer);
        if (turn === 0) setProblem(undefined);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setProblem(error as ApiError);
      },
    );
    return () => stop.abort();
  }, [namespace, name, action, body, generation, turn]);

  const confirm = (): void => {
    if (plan === undefined) return;
    setBusy(true);
    setProblem(undefined);
    call('action', { params: { namespace, name, action }, body: { ...asked, confirm: plan.digest } }).then(
      ({ result }) => {
        toast({ mark: 'healthy', title: `${buttons[action].label}: done`, ...(result === undefined ? {} : { text: result }) });
        onClose();
      },
      (error: unknown) => {
        // Somebody else was faster: the plan is made anew before anything is done.
        setBusy(false);
        setProblem(error as ApiError);
        setTurn((before) => before + 1);
      },
    );
  };
  return { plan, problem, busy, confirm };
}

function Planned({ plan, problem }: Pick<Planning, 'plan' | 'problem'>): JSX.Element {
  return (
    <>
      {problem === undefined ? null : (
        <Note mark="refused">
          <p>{problem.message}</p>
          {problem.hint === undefined ? null : <p className="soft">{problem.hint}</p>}
        </Note>
      )}
      {plan === undefined && problem === undefined ? <Skeleton lines={2} /> : null}
      {plan === undefined ? null : (
        <section className="stack" aria-label="What happens">
          <h3>What happens</h3>
          <ul className="effects">
            {plan.effects.map(({ text, danger }) => (
              <li key={text} className={danger ? 'tone-bad' : ''}>
                {text}
              </li>
            ))}
          </ul>
          <CodeBlock label="The same as a command" text={plan.command} />
        </section>
      )}
    </>
  );
}

const HOUR = 3_600_000;
const spans: readonly (readonly [string, number])[] = [
  ['1 hour', HOUR],
  ['4 hours', 4 * HOUR],
  ['1 day', 24 * HOUR],
  ['1 week', 7 * 24 * HOUR],
];

function Until({ value, onChange }: { readonly value: string; readonly onChange: (until: string) => void }): JSX.Element {
  const [span, setSpan] = useState('');
  return (
    <label className="field">
      <span>Resume by itself</span>
      <select
        className="input"
        value={span}
        onChange={(event) => {
          const length = spans.find(([word]) => word === event.target.value)?.[1];
          setSpan(event.target.value);
          // Whole seconds: what was planned is what is confirmed.
          onChange(length === undefined ? '' : `${new Date(Date.now() + length).toISOString().slice(0, 19)}Z`);
        }}
      >
        <option value="">never: until somebody resumes it</option>
        {spans.map(([word]) => (
          <option key={word} value={word}>
            in {word}
          </option>
        ))}
      </select>
      {value === '' ? null : <span className="soft">at {new Date(value).toLocaleString()}</span>}
    </label>
  );
}

/** Before anything is done: what it would do, and the same as a command. Confirming does exactly that, or says that it does not stand any more. */
import { useEffect, useRef, useState, type JSX, type ReactNode } from 'react';
import type { ActionPlan } from '../../../../src/api/http/index.ts';
import { useSettled } from '../../data/hooks.ts';
import type { ApiError } from '../../data/http.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Skeleton } from '../../parts/empty.tsx';
import { Note } from '../../parts/note.tsx';
import { toast } from '../../shell/toasts.tsx';

export interface Given {
  readonly reason?: string;
  /** The digest of the plan that is confirmed. */
  readonly confirm?: string;
}

export type AskFor = (given: Given, signal?: AbortSignal) => Promise<ActionPlan>;

interface PlannedDialogProps {
  readonly title: string;
  /** The word on the button that does it. */
  readonly label: string;
  readonly ask: AskFor;
  /** The plan is asked for again when this changes. */
  readonly version: string;
  readonly onClose: () => void;
  /** Fields besides the reason. */
  readonly children?: ReactNode;
}

export function PlannedDialog({ title, label, ask, version, onClose, children }: PlannedDialogProps): JSX.Element {
  const [reason, setReason] = useState('');
  const said = useSettled(reason.trim(), 250);
  const { plan, current, problem, busy, confirm } = usePlanned(ask, { label, said, version, onClose });
  const dangerous = plan?.effects.some(({ danger }) => danger) === true;
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        Cancel
      </button>
      <button
        type="button"
        className={`button ${dangerous ? 'danger' : 'primary'}`}
        disabled={!current || busy || said !== reason.trim()}
        onClick={confirm}
      >
        {busy ? 'Working…' : label}
      </button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={footer}>
      <div className="stack">
        <label className="field">
          <span>Reason (optional), for the history</span>
          <input className="input" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        {children}
        <Planned plan={plan} problem={problem} />
      </div>
    </Dialog>
  );
}

interface Planning {
  readonly plan: ActionPlan | undefined;
  /** The plan is the answer to what is asked now, not to what was asked before the last key was pressed. */
  readonly current: boolean;
  readonly problem: ApiError | undefined;
  readonly busy: boolean;
  readonly confirm: () => void;
}

interface Confirming {
  readonly label: string;
  /** The reason. */
  readonly said: string;
  readonly version: string;
  readonly onClose: () => void;
}

/** The plan as it is asked for now. */
function usePlanned(ask: AskFor, { label, said, version, onClose }: Confirming): Planning {
  const [answered, setAnswered] = useState<{ readonly plan: ActionPlan; readonly to: string }>();
  const [problem, setProblem] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const given: Given = said === '' ? {} : { reason: said };
  const question = JSON.stringify([said, version]);
  useEffect(() => {
    const stop = new AbortController();
    latest.current(said === '' ? {} : { reason: said }, stop.signal).then(
      (answer) => {
        setAnswered({ plan: answer, to: question });
        if (turn === 0) setProblem(undefined);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setProblem(error as ApiError);
      },
    );
    return () => stop.abort();
  }, [said, question, turn]);

  const plan = answered?.plan;
  const confirm = (): void => {
    if (plan === undefined) return;
    setBusy(true);
    setProblem(undefined);
    ask({ ...given, confirm: plan.digest }).then(
      ({ result }) => {
        toast({ mark: 'healthy', title: `${label}: done`, ...(result === undefined ? {} : { text: result }) });
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
  return { plan, current: answered?.to === question, problem, busy, confirm };
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

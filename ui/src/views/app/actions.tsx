/** Buttons: each shows what it would do first, and does it only when that still stands. */
import { useState, type JSX } from 'react';
import type { ActionName, ActionPlan, AppDetail } from '../../../../src/api/http/index.ts';
import { call, type ApiError } from '../../data/http.ts';
import { CodeBlock } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Note } from '../../parts/note.tsx';
import { toast } from '../../shell/toasts.tsx';

const labels: { readonly [action in ActionName]: string } = {
  sync: 'Sync',
  suspend: 'Suspend',
  resume: 'Resume',
  rollback: 'Roll back',
  test: 'Run tests',
  approve: 'Approve',
};

export function Actions({ app }: { readonly app: AppDetail }): JSX.Element {
  const [open, setOpen] = useState<ActionName>();
  return (
    <div className="row wrap" role="group" aria-label="Actions">
      {app.actions
        .filter(({ allowed }) => allowed)
        .map(({ action }) => (
          <button key={action} type="button" className="button" onClick={() => setOpen(action)}>
            {labels[action]}…
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
  const [plan, setPlan] = useState<ActionPlan>();
  const [problem, setProblem] = useState<ApiError>();
  const params = { namespace: app.namespace, name: app.name, action };
  const needsReason = action === 'suspend' && reason.trim() === '';

  const ask = async (confirm?: string): Promise<void> => {
    setProblem(undefined);
    try {
      const said = reason.trim() === '' ? {} : { reason: reason.trim() };
      const answer = await call('action', { params, body: { ...said, ...(confirm === undefined ? {} : { confirm }) } });
      if (!answer.done) return setPlan(answer);
      toast({ mark: 'healthy', title: `${labels[action]}: done`, ...(answer.result === undefined ? {} : { text: answer.result }) });
      onClose();
    } catch (error) {
      // Somebody else was faster: the plan is made anew before anything is done.
      setPlan(undefined);
      setProblem(error as ApiError);
    }
  };

  const footer =
    plan === undefined ? (
      <button type="button" className="button primary" disabled={needsReason} onClick={() => void ask()}>
        Show what happens
      </button>
    ) : (
      <button
        type="button"
        className={`button ${plan.effects.some(({ danger }) => danger) ? 'danger' : 'primary'}`}
        onClick={() => void ask(plan.digest)}
      >
        {labels[action]}
      </button>
    );
  return (
    <Dialog title={`${labels[action]} ${app.name}`} onClose={onClose} footer={footer}>
      <label className="field">
        <span>Reason{action === 'suspend' ? '' : ' (optional)'}, for the history</span>
        <input
          className="input"
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
            setPlan(undefined);
          }}
        />
      </label>
      {problem === undefined ? null : (
        <Note mark="refused">
          <p>{problem.message}</p>
          <p className="soft">{problem.hint}</p>
        </Note>
      )}
      {plan === undefined ? null : (
        <>
          <ul className="effects">
            {plan.effects.map(({ text, danger }) => (
              <li key={text} className={danger ? 'tone-bad' : ''}>
                {text}
              </li>
            ))}
          </ul>
          <CodeBlock label="The same as a command" text={plan.command} />
        </>
      )}
    </Dialog>
  );
}

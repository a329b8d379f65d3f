/** Buttons: each shows what it would do first, and does it only when that still stands. */
import { useState, type JSX } from 'react';
import type { ActionName, AppDetail } from '../../../../src/api/http/index.ts';
import { call } from '../../data/http.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { type AskFor, PlannedDialog } from './planned.tsx';

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
  const [until, setUntil] = useState('');
  const [once, setOnce] = useState(false);
  const { namespace, name, generation } = app;
  const { label } = buttons[action];
  const ask: AskFor = (given, signal) => {
    const more = { ...(action === 'suspend' && until !== '' ? { until } : {}), ...(action === 'sync' && once ? { once } : {}) };
    return call('action', {
      params: { namespace, name, action },
      body: { ...given, ...more },
      ...(signal === undefined ? {} : { signal }),
    });
  };
  return (
    <PlannedDialog title={`${label} ${name}`} label={label} ask={ask} version={`${generation} ${until} ${once}`} onClose={onClose}>
      {action === 'suspend' ? <Until value={until} onChange={setUntil} /> : null}
      {action === 'sync' && app.suspended !== undefined ? (
        <label className="row">
          <input type="checkbox" checked={once} onChange={(event) => setOnce(event.target.checked)} /> Once, although it is suspended
        </label>
      ) : null}
    </PlannedDialog>
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

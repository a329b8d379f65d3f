/** Git / planned / live, field by field; each difference can be accepted for good: as a rule that ignores the field, or as the value in Git. */
import { useState, type JSX } from 'react';
import type { ObjectDiff } from '../../../../../src/api/http/index.ts';
import { useAnswer } from '../../../data/hooks.ts';
import { Empty, Skeleton } from '../../../parts/empty.tsx';
import { Note } from '../../../parts/note.tsx';
import { Tag } from '../../../parts/status.tsx';
import type { ObjectTarget } from './index.tsx';
import { Proposal } from './proposal.tsx';

type Field = ObjectDiff['fields'][number];

const states: { readonly [state in Field['state']]: string } = {
  pending: 'a new revision changes it',
  drifted: 'changed behind Git’s back',
  ignored: 'ignored',
  extra: 'set beside ours',
};

export function Difference({ target }: { readonly target: ObjectTarget }): JSX.Element {
  const { data, error } = useAnswer('objectDiff', target);
  if (error !== null) return <Note mark="failed">{error.message}</Note>;
  if (data === undefined) return <Skeleton />;
  if (data.fields.length === 0) return <Empty mark="healthy" title={data.exists ? 'As Git says' : 'It is not in the cluster'} />;
  return (
    <ul className="differences">
      {data.fields.map((field) => (
        <DifferentField key={field.path} field={field} target={target} live={data.exists} />
      ))}
      {data.truncated ? <li className="soft">More fields differ than are shown.</li> : null}
    </ul>
  );
}

interface DifferentFieldProps {
  readonly field: Field;
  readonly target: ObjectTarget;
  readonly live: boolean;
}

function DifferentField({ field, target, live }: DifferentFieldProps): JSX.Element {
  const { path, state, manager } = field;
  const [open, setOpen] = useState<'ignoreField' | 'adoptField'>();
  const toggle = (which: 'ignoreField' | 'adoptField'): void => setOpen(open === which ? undefined : which);
  return (
    <li>
      <div className="row wrap between">
        <code className="difference-path">{path}</code>
        <span className="row">
          <Tag tone={state === 'drifted' ? 'warn' : 'busy'}>{states[state]}</Tag>
          {manager === undefined || manager === '' ? null : <span className="soft">by {manager}</span>}
        </span>
      </div>
      <dl className="three-values">
        <Value name="Git" value={field.git} />
        <Value name="Planned" value={field.planned} />
        <Value name="Live" value={field.live} other={field.git !== field.live} />
      </dl>
      {live && field.live !== undefined ? (
        <div className="row wrap">
          <button type="button" className="button small" aria-expanded={open === 'ignoreField'} onClick={() => toggle('ignoreField')}>
            Ignore this field…
          </button>
          <button type="button" className="button small" aria-expanded={open === 'adoptField'} onClick={() => toggle('adoptField')}>
            Adopt this value…
          </button>
        </div>
      ) : null}
      {open === undefined ? null : <Proposal name={open} target={target} path={path} />}
    </li>
  );
}

function Value({
  name,
  value,
  other = false,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly other?: boolean;
}): JSX.Element {
  return (
    <div className={other ? 'other' : ''}>
      <dt>{name}</dt>
      <dd className="mono">{value ?? <span className="muted">not set</span>}</dd>
    </div>
  );
}

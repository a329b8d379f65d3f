/** The log of a container as it grows: follow, search, and the one from before the last restart. Lines are text, whatever is in them. */
import { memo, useEffect, useLayoutEffect, useRef, useState, type JSX } from 'react';
import { useSettled } from '../../../data/hooks.ts';
import { Note } from '../../../parts/note.tsx';
import { CopyButton } from '../../../parts/copy.tsx';
import { plural } from '../../../data/words.ts';
import type { ObjectTarget } from './index.tsx';
import { useLog } from './use-log.ts';

export function Log({ target, containers }: { readonly target: ObjectTarget; readonly containers: readonly string[] }): JSX.Element {
  const [container, setContainer] = useState(containers[0] ?? '');
  const [previous, setPrevious] = useState(false);
  const [follow, setFollow] = useState(true);
  const [timestamps, setTimestamps] = useState(false);
  const [text, setText] = useState('');
  const q = useSettled(text.trim(), 250);
  const { lines, state, error } = useLog(target, { container, previous, timestamps, q, follow: follow && !previous });
  return (
    <div className="stack">
      <div className="row wrap log-tools">
        <select className="input" aria-label="Container" value={container} onChange={(event) => setContainer(event.target.value)}>
          {containers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <input
          type="search"
          className="input"
          aria-label="Only lines with this text"
          placeholder="Only lines with…"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Choice label="Follow" value={follow} onChange={setFollow} disabled={previous} />
        <Choice label="Before the last restart" value={previous} onChange={setPrevious} />
        <Choice label="Times" value={timestamps} onChange={setTimestamps} />
      </div>
      {error === undefined ? <Lines lines={lines} q={q} stick={state === 'following'} /> : null}
      {error === undefined ? null : (
        <Note mark="refused">
          <p>{error.message}</p>
          {error.hint === undefined ? null : <p className="soft">{error.hint}</p>}
        </Note>
      )}
      <div className="row between soft">
        <span aria-live="polite">
          {state === 'following' ? `Following; ${plural(lines.length, 'line')}` : stateWords(state, lines.length)}
        </span>
        <CopyButton text={lines.join('\n')} label="Copy all" />
      </div>
    </div>
  );
}

const stateWords = (state: 'reading' | 'ended' | 'failed', lines: number): string =>
  state === 'reading' ? 'Reading…' : state === 'failed' ? '' : `${plural(lines, 'line')}; that is all`;

interface ChoiceProps {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly disabled?: boolean;
}

function Choice({ label, value, onChange, disabled = false }: ChoiceProps): JSX.Element {
  return (
    <label className="row">
      <input type="checkbox" checked={value} disabled={disabled} onChange={(event) => onChange(event.target.checked)} /> {label}
    </label>
  );
}

interface LinesProps {
  readonly lines: readonly string[];
  readonly q: string;
  /** Stay at the newest line while nobody scrolls up. */
  readonly stick: boolean;
}

function Lines({ lines, q, stick }: LinesProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current !== null && stick && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, stick]);
  useEffect(() => {
    atEnd.current = true;
  }, [q]);
  return (
    <div
      ref={box}
      className="code log"
      role="log"
      tabIndex={0}
      aria-label="Log"
      aria-live="off"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollTop + clientHeight > scrollHeight - 24;
      }}
    >
      {lines.length === 0 ? <span className="muted">{q === '' ? 'Nothing was written.' : 'No line has this text.'}</span> : null}
      {lines.map((line, index) => (
        <Line key={index} line={line} q={q} />
      ))}
    </div>
  );
}

const WRONG = /\b(?:error|fatal|panic|exception|err)\b/i;
const DOUBTFUL = /\bwarn(?:ing)?\b/i;

const Line = memo(function Line({ line, q }: { readonly line: string; readonly q: string }): JSX.Element {
  const tone = WRONG.test(line) ? 'tone-bad' : DOUBTFUL.test(line) ? 'tone-warn' : '';
  const at = q === '' ? -1 : line.toLowerCase().indexOf(q.toLowerCase());
  return (
    <div className={`log-line ${tone}`}>
      {at < 0 ? (
        line || ' '
      ) : (
        <>
          {line.slice(0, at)}
          <mark>{line.slice(at, at + q.length)}</mark>
          {line.slice(at + q.length)}
        </>
      )}
    </div>
  );
});

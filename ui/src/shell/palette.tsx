/** Go anywhere, find any App, do what this page offers: one box, everything by keyboard. The search itself runs on the server. */
import { useEffect, useId, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { useAnswer, useSettled } from '../data/hooks.ts';
import { appPath } from '../data/place.ts';
import { rowMark } from '../data/words.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { StatusMark, type Mark } from '../parts/status.tsx';
import { keyNames, type Shortcut } from './keys.ts';

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly icon?: IconName;
  readonly mark?: Mark;
  readonly keys?: string;
  readonly run: () => void;
}

export interface PaletteProps {
  readonly commands: readonly (Shortcut & { readonly icon?: IconName })[];
  readonly onClose: () => void;
}

export function Palette({ commands, onClose }: PaletteProps): JSX.Element {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const choices = useChoices(commands, text);
  const current = Math.min(at, Math.max(0, choices.length - 1));

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    dialog.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current, choices]);

  function choose(choice: Choice | undefined): void {
    if (choice === undefined) return;
    onClose();
    choice.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((current + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(choices[current]);
    }
  }

  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Go to"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-box" onKeyDown={onKeyDown}>
        <div className="palette-input">
          <Icon name="search" />
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={choices[current] === undefined ? undefined : `${list}-${current}`}
            aria-label="Find an App or a command"
            placeholder="Find an App, a page, a command…"
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
          />
          <span className="kbd">Esc</span>
        </div>
        <ul id={list} role="listbox" aria-label="Results" className="palette-list">
          {choices.map((choice, index) => (
            <li
              key={choice.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === current}
              className="menu-item"
              onPointerMove={() => setAt(index)}
              onClick={() => choose(choice)}
            >
              {choice.mark === undefined ? <Icon name={choice.icon ?? 'arrow'} /> : <StatusMark mark={choice.mark} />}
              <span className="clip">{choice.label}</span>
              <span className="muted clip">{choice.detail}</span>
              {choice.keys === undefined ? null : <Keys keys={choice.keys} />}
            </li>
          ))}
        </ul>
        {choices.length === 0 ? <p className="palette-none muted">Nothing of that name.</p> : null}
      </div>
    </dialog>
  );
}

function useChoices(commands: PaletteProps['commands'], text: string): readonly Choice[] {
  const [, navigate] = useLocation();
  const query = useSettled(text.trim());
  const { data } = useAnswer('apps', { query: { limit: 8, ...(query === '' ? {} : { q: query }) } });
  return useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
    const apps = (data?.items ?? []).map((row): Choice => {
      const { mark, word } = rowMark(row);
      return {
        id: `app ${row.key}`,
        label: row.name,
        detail: [row.environment || row.cluster, row.namespace, word].filter(Boolean).join(' · '),
        mark,
        run: () => navigate(appPath(row.key)),
      };
    });
    const pages = fitting.map(({ label, icon, keys, run }): Choice => ({ id: label, label, detail: '', icon: icon ?? 'arrow', keys, run }));
    return words.length === 0 ? [...pages, ...apps] : [...apps, ...pages];
  }, [commands, data, navigate, text]);
}

export function Keys({ keys }: { readonly keys: string }): JSX.Element {
  return (
    <span className="keys">
      {keyNames(keys).map((name, index) =>
        name === 'then' ? (
          <span key={index} className="muted">
            then
          </span>
        ) : (
          <kbd key={index} className="kbd">
            {name}
          </kbd>
        ),
      )}
    </span>
  );
}

/** Short news in the corner: what an action came to. Read out politely, gone by itself unless it is bad. */
import { useEffect, useSyncExternalStore, type JSX } from 'react';
import { Icon } from '../parts/icon.tsx';
import { StatusMark, type Mark } from '../parts/status.tsx';

export interface Toast {
  readonly id: number;
  readonly mark: Mark;
  readonly title: string;
  readonly text?: string;
}

const STAY = 6000;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(list: readonly Toast[]): void {
  toasts = list;
  for (const listener of listeners) listener();
}

export function toast(news: Omit<Toast, 'id'>): void {
  change([...toasts.slice(-3), { ...news, id: next++ }]);
}

const dismiss = (id: number): void => change(toasts.filter((each) => each.id !== id));

export function Toasts(): JSX.Element {
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((each) => (
        <ToastCard key={each.id} toast={each} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, mark, title, text } }: { readonly toast: Toast }): JSX.Element {
  useEffect(() => {
    if (mark === 'failed') return;
    const timer = setTimeout(() => dismiss(id), STAY);
    return () => clearTimeout(timer);
  }, [id, mark]);
  return (
    <div className="toast">
      <StatusMark mark={mark} />
      <div className="grow">
        <strong>{title}</strong>
        {text === undefined ? null : <p className="soft">{text}</p>}
      </div>
      <button type="button" className="button quiet square small" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

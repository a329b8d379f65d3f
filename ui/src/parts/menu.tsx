/** A button that opens a small list: the Popover API closes it on Escape and outside clicks; arrows move inside. */
import { useId, useRef, type JSX, type KeyboardEvent, type ReactNode } from 'react';

export interface MenuProps {
  readonly label: ReactNode;
  /** For buttons that show only an icon. */
  readonly name?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Menu({ label, name, className = 'button', children }: MenuProps): JSX.Element {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  function place(): void {
    const [from, box] = [button.current?.getBoundingClientRect(), list.current];
    if (from === undefined || box === null) return;
    const below = Math.min(from.bottom + 4, window.innerHeight - box.offsetHeight - 8);
    box.style.top = `${Math.max(8, below)}px`;
    box.style.left = `${Math.max(8, Math.min(from.left, window.innerWidth - box.offsetWidth - 8))}px`;
  }

  function move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.menu-item') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + step + items.length) % items.length]?.focus();
  }

  return (
    <>
      <button ref={button} type="button" className={className} popoverTarget={id} aria-haspopup="true" aria-label={name}>
        {label}
      </button>
      <div
        ref={list}
        id={id}
        className="popover"
        popover="auto"
        onKeyDown={move}
        onToggle={(event) => {
          if (event.newState !== 'open') return;
          place();
          list.current?.querySelector<HTMLElement>('.menu-item')?.focus();
        }}
        onClick={(event) => {
          if ((event.target as HTMLElement).closest('.menu-item') !== null) list.current?.hidePopover();
        }}
      >
        {children}
      </div>
    </>
  );
}

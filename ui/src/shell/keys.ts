/** The keyboard map: one table that the listener, the help page and the palette all read. */
import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** `/`, `?`, `mod+k`, or two keys in a row: `g s`. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

/** Longest pause between the two keys of a sequence. */
const SEQUENCE = 900;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName));

const pressed = (event: KeyboardEvent): string => (event.metaKey || event.ctrlKey ? 'mod+' : '') + event.key.toLowerCase();

/** Single keys are ignored while typing or while a dialog is open; `mod+…` always works. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let first: { readonly key: string; readonly at: number } | undefined;
    const listen = (event: KeyboardEvent): void => {
      const key = pressed(event);
      const modified = key.startsWith('mod+');
      if (event.altKey || (!modified && (isTyping(event.target) || document.querySelector('dialog[open]') !== null))) return;
      const sequence = first !== undefined && event.timeStamp - first.at < SEQUENCE ? `${first.key} ${key}` : key;
      const hit = latest.current.find(({ keys }) => keys === sequence) ?? latest.current.find(({ keys }) => keys === key);
      first = { key, at: event.timeStamp };
      if (hit === undefined) return;
      event.preventDefault();
      first = undefined;
      hit.run();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

const isMac = (): boolean => navigator.userAgent.includes('Mac');

/** As people read it: `⌘ K` on a Mac, `Ctrl K` elsewhere, `G then S`. */
export const keyNames = (keys: string): readonly string[] =>
  keys
    .split(' ')
    .flatMap((part, index) => [
      ...(index > 0 ? ['then'] : []),
      ...part.split('+').map((name) => (name === 'mod' ? (isMac() ? '⌘' : 'Ctrl') : name.length === 1 ? name.toUpperCase() : name)),
    ]);

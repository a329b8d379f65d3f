/** The keyboard map as a page, made from the shortcuts that are in force. */
import type { JSX } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import type { Shortcut } from './keys.ts';
import { Keys } from './palette.tsx';

/** Keys that lists and trees handle themselves. */
const inLists: readonly { readonly keys: string; readonly label: string }[] = [
  { keys: 'j', label: 'Next row (also ↓)' },
  { keys: 'k', label: 'Row before (also ↑)' },
  { keys: 'Enter', label: 'Open' },
  { keys: '→', label: 'Open a branch of the tree' },
  { keys: '←', label: 'Close a branch, or go to its parent' },
  { keys: 'Esc', label: 'Close what is open' },
];

export function KeyboardHelp({
  shortcuts,
  onClose,
}: {
  readonly shortcuts: readonly Shortcut[];
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className="key-map">
        {[...shortcuts, ...inLists].map(({ keys, label }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

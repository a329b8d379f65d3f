/** A sentence with weight: a reason, a warning, a refusal. */
import type { JSX, ReactNode } from 'react';
import { StatusMark, toneOf, type Mark } from './status.tsx';

export function Note({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }): JSX.Element {
  return (
    <div className={`note tone-${toneOf(mark)}`}>
      <StatusMark mark={mark} />
      <div className="stack">{children}</div>
    </div>
  );
}

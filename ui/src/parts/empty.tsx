/** What a view shows when there is nothing to show: not yet, not any more, or not for you. Each says what to do next. */
import type { JSX, ReactNode } from 'react';
import { StatusMark, type Mark } from './status.tsx';

export function Empty({
  mark,
  title,
  children,
}: {
  readonly mark: Mark;
  readonly title: string;
  readonly children?: ReactNode;
}): JSX.Element {
  return (
    <div className="empty">
      <StatusMark mark={mark} size={32} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Grey lines in the shape of what is coming, so that the page does not jump. */
export function Skeleton({ lines = 6 }: { readonly lines?: number }): JSX.Element {
  return (
    <div className="stack skeletons" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={`skeleton w${index % 4}`} />
      ))}
    </div>
  );
}

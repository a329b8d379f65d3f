/** Status marks: each state has a shape, a colour and a word, so that colour alone never tells anything. */
import type { JSX, ReactNode } from 'react';

/** How good something is; every screen maps its words to one of these six tones. */
export type Tone = 'ok' | 'bad' | 'warn' | 'busy' | 'hold' | 'none';

export type Mark =
  | 'healthy'
  | 'degraded'
  | 'missing'
  | 'progressing'
  | 'suspended'
  | 'unknown'
  | 'assumed'
  | 'drifted'
  | 'waiting'
  | 'refused'
  | 'failed'
  | 'pending'
  | 'stale';

const marks: { readonly [mark in Mark]: { readonly tone: Tone; readonly shape: JSX.Element } } = {
  healthy: {
    tone: 'ok',
    shape: (
      <>
        <circle className="fill" cx="8" cy="8" r="6.5" />
        <path className="cut" d="m5.2 8.3 2 2 3.8-4.2" />
      </>
    ),
  },
  degraded: {
    tone: 'bad',
    shape: (
      <>
        <path className="fill" d="M8 .9 15.1 8 8 15.1.9 8z" />
        <path className="cut" d="M8 4.8v3.6M8 10.9v.1" />
      </>
    ),
  },
  failed: {
    tone: 'bad',
    shape: (
      <>
        <path className="fill" d="M8 .9 15.1 8 8 15.1.9 8z" />
        <path className="cut" d="m6 6 4 4M10 6l-4 4" />
      </>
    ),
  },
  missing: {
    tone: 'bad',
    shape: (
      <>
        <circle className="line dashed" cx="8" cy="8" r="6" />
        <path className="line" d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" />
      </>
    ),
  },
  progressing: {
    tone: 'busy',
    shape: (
      <>
        <circle className="line faint" cx="8" cy="8" r="6" />
        <path className="line spin" d="M8 2a6 6 0 0 1 6 6" />
      </>
    ),
  },
  suspended: {
    tone: 'hold',
    shape: (
      <>
        <rect className="fill" x="1.5" y="1.5" width="13" height="13" rx="3.5" />
        <path className="cut" d="M6 5.2v5.6M10 5.2v5.6" />
      </>
    ),
  },
  unknown: {
    tone: 'none',
    shape: (
      <>
        <circle className="line" cx="8" cy="8" r="6" />
        <path className="line" d="M6.3 6.5a1.75 1.75 0 1 1 2.5 1.6c-.6.3-.8.6-.8 1.1M8 11.2v.1" />
      </>
    ),
  },
  assumed: {
    tone: 'none',
    shape: (
      <>
        <circle className="line dashed" cx="8" cy="8" r="6" />
        <path className="line" d="m5.4 8.3 1.9 1.9 3.4-3.8" />
      </>
    ),
  },
  drifted: {
    tone: 'warn',
    shape: (
      <>
        <path className="fill" d="M8 1.2 15.2 14H.8z" />
        <path className="cut" d="M5.8 9h4.4M5.8 11.6h4.4" />
      </>
    ),
  },
  waiting: {
    tone: 'warn',
    shape: (
      <>
        <circle className="line" cx="8" cy="8" r="6" />
        <path className="line" d="M8 4.8V8l2.2 1.5" />
      </>
    ),
  },
  refused: {
    tone: 'bad',
    shape: (
      <>
        <circle className="line" cx="8" cy="8" r="6" />
        <path className="line" d="m3.9 3.9 8.2 8.2" />
      </>
    ),
  },
  pending: {
    tone: 'busy',
    shape: (
      <>
        <circle className="line" cx="8" cy="8" r="6" />
        <path className="line" d="M8 11V5.2M5.6 7.4 8 5l2.4 2.4" />
      </>
    ),
  },
  stale: {
    tone: 'warn',
    shape: (
      <>
        <circle className="line dashed" cx="8" cy="8" r="6" />
        <path className="line" d="M8 4.8V8l2.2 1.5" />
      </>
    ),
  },
};

export const toneOf = (mark: Mark): Tone => marks[mark].tone;

/** The shape alone; the caller shows the word beside it or passes a label. */
export function StatusMark({
  mark,
  size = 16,
  label,
}: {
  readonly mark: Mark;
  readonly size?: number;
  readonly label?: string;
}): JSX.Element {
  return (
    <svg
      className={`mark tone-${toneOf(mark)}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {marks[mark].shape}
    </svg>
  );
}

/** Shape and word. */
export function Status({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }): JSX.Element {
  return (
    <span className={`status tone-${toneOf(mark)}`}>
      <StatusMark mark={mark} />
      <span>{children}</span>
    </span>
  );
}

/** A small word on a tinted ground: counts, waves, roles. */
export function Tag({ tone = 'none', children }: { readonly tone?: Tone; readonly children: ReactNode }): JSX.Element {
  return <span className={`tag tone-${tone}`}>{children}</span>;
}

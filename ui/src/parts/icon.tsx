/** The icon set: 16 × 16, one stroke, drawn for this product. Decorative always; the word beside it (or an aria-label) carries the meaning. */
import type { JSX } from 'react';

const paths = {
  system: 'M2.5 3.5h4v4h-4zM9.5 3.5h4v4h-4zM2.5 9.5h4v3h-4zM9.5 9.5h4v3h-4z',
  timeline: 'M2 8h12M4.5 8V4.5M8 8v4M11.5 8V3',
  graph:
    'M4.5 4.5 11 8M4.5 11.5 11 8M4.4 4.5a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0ZM4.4 11.5a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0ZM14.2 8a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0Z',
  delivery: 'M2 12.5 6 8l3 2.5L14 4M10.5 4H14v3.5',
  sources:
    'M4 4.8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4 14.2a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM12 6.8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4 4.8v6.4M12 6.8c0 3-4 2.4-7.4 4.6',
  access: 'M8 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 13.8c.6-2.4 2.8-3.8 5.5-3.8s4.9 1.4 5.5 3.8',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  auto: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12M8 5l4.8-.6M8 8h6M8 11l4.8.6',
  close: 'm4 4 8 8M12 4l-8 8',
  right: 'm6 3.5 4.5 4.5L6 12.5',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  arrow: 'M2.5 8h10.5M9 4l4 4-4 4',
  external: 'M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  filter: 'M2 4h12M4.5 8h7M6.5 12h3',
  sync: 'M13.5 3v3.2h-3.2M2.5 13V9.8h3.2M13.2 6.2A5.5 5.5 0 0 0 3.4 5M2.8 9.8A5.5 5.5 0 0 0 12.6 11',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M4.5 3v10l8-5z',
  revert: 'M5.5 3 2.5 6l3 3M2.8 6h6.7a4 4 0 0 1 0 8H6',
  test: 'M6 2v4L2.8 12.2A1.2 1.2 0 0 0 3.9 14h8.2a1.2 1.2 0 0 0 1.1-1.8L10 6V2M5 2h6M4.6 9.5h6.8',
  plan: 'M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
  commit: 'M8 10.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM1.5 8h3.9M10.6 8h3.9',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7L8 11.7',
  user: 'M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM3 13.6c.5-2.2 2.5-3.4 5-3.4s4.5 1.2 5 3.4',
  star: 'm8 2 1.8 3.8 4.2.5-3.1 2.9.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  expand: 'M5 6.2 8 3l3 3.2M5 9.8 8 13l3-3.2',
  collapse: 'M5 2.8 8 6l3-3.2M5 13.2 8 10l3 3.2',
  logs: 'M2.5 4h11M2.5 8h8M2.5 12h5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.4 6.5h.01M12 6.5h.01M5 9.5h6',
  lock: 'M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  change: 'M3 6h10M3 10h10M10 3 6 13',
  layers: 'm8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3',
  bolt: 'M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

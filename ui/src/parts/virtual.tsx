/** Lists of any length: only the rows on screen (and a few around) exist. The page itself is the scroller, so nothing scrolls inside something. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent, type ReactNode } from 'react';

export interface VirtualRowsProps {
  readonly count: number;
  readonly heightAt: (index: number) => number;
  readonly keyAt: (index: number) => string;
  readonly render: (index: number) => ReactNode;
  /** Told which rows are on screen. */
  readonly onRange?: (first: number, last: number) => void;
  /** Begins measuring anew when it changes: another density, another grouping. */
  readonly shape?: string;
  readonly className?: string;
}

const scroller = (): HTMLElement | null => document.querySelector('.page');

export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { count, heightAt, keyAt, render, onRange, shape, className = '' } = props;
  const box = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: scroller,
    estimateSize: heightAt,
    getItemKey: keyAt,
    overscan: 12,
    scrollMargin: margin,
  });
  useLayoutEffect(() => {
    const [page, own] = [scroller(), box.current];
    if (page === null || own === null) return;
    const measure = (): void => setMargin(Math.round(own.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop));
    measure();
    const observer = new ResizeObserver(measure);
    for (const sibling of own.closest('.view')?.children ?? []) observer.observe(sibling);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => virtual.measure(), [virtual, shape, count]);

  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useLayoutEffect(() => onRange?.(first, last), [first, last, onRange]);
  return (
    <div ref={box} className={`virtual ${className}`} style={{ height: virtual.getTotalSize() }} onKeyDown={moveFocus} role="presentation">
      {items.map(({ index, key, start, size }) => (
        <div key={key} className="virtual-row" style={{ transform: `translateY(${start - margin}px)`, height: size }} role="presentation">
          {render(index)}
        </div>
      ))}
    </div>
  );
}

/** Arrows (and j, k) walk from row to row; what a row is, it says with `data-row`. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const down = event.key === 'ArrowDown' || event.key === 'j';
  if (!down && event.key !== 'ArrowUp' && event.key !== 'k') return;
  if (event.target instanceof HTMLInputElement || event.metaKey || event.ctrlKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')].toSorted(
    (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
  );
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? 0 : here + (down ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

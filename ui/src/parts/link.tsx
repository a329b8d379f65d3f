/** Links out of the product. An address comes from a repository or a cluster, so it is hostile until its scheme is known. */
import type { JSX, ReactNode } from 'react';
import { Icon } from './icon.tsx';

/** The address if it is plain http(s) without credentials, else undefined: `javascript:`, `data:` and friends never become a link. */
export function safeUrl(address: string): string | undefined {
  try {
    const url = new URL(address);
    const plain = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
    return plain ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** A link when the address is safe; the bare text when it is not. */
export function OutLink({ href, children }: { readonly href: string; readonly children?: ReactNode }): JSX.Element {
  const safe = safeUrl(href);
  const text = children ?? href.replace(/^https?:\/\//, '').replace(/\/$/, '');
  if (safe === undefined) return <span className="mono">{text}</span>;
  return (
    <a className="out-link" href={safe} target="_blank" rel="noopener noreferrer">
      {text}
      <Icon name="external" size={12} />
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}

/** The product's mark: two tracks that move in step. */
import type { JSX } from 'react';

export function Mark({ size = 24 }: { readonly size?: number }): JSX.Element {
  return (
    <svg className="brand" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path className="lead" d="M8 9.5h8v6.5h8" />
      <path className="follow" d="M8 16v6.5h8" />
      <circle cx="24" cy="22.5" r="2.6" />
    </svg>
  );
}

/** Text to take along: a block with a button that copies it. */
import { useEffect, useState, type JSX } from 'react';
import { Icon } from './icon.tsx';

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }): JSX.Element {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1800);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <button
      type="button"
      className="button quiet small"
      onClick={() => {
        navigator.clipboard.writeText(text).then(
          () => setState('done'),
          () => setState('failed'),
        );
      }}
    >
      <Icon name={state === 'done' ? 'check' : 'copy'} size={14} />
      <span aria-live="polite">{state === 'done' ? 'Copied' : state === 'failed' ? 'Select and copy by hand' : label}</span>
    </button>
  );
}

export function CodeBlock({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  return (
    <figure className="code-block">
      <figcaption className="row between">
        <span className="soft">{label}</span>
        <CopyButton text={text} />
      </figcaption>
      <pre className="code" tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </figure>
  );
}

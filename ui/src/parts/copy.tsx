/** Text to take along: a block with a button that copies it. */
import { useEffect, useState, type JSX, type ReactNode } from 'react';
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

/** A unified difference, its lines coloured as everywhere; colour is not all: the signs stay. */
export function PatchBlock({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    <CodeBlock label={label} text={text}>
      {lines.map((line, index) => (
        <span key={index} className={`patch-line ${patchTone(line)}`}>
          {line || ' '}
        </span>
      ))}
    </CodeBlock>
  );
}

function patchTone(line: string): string {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return 'soft';
  return line.startsWith('+') ? 'patch-added' : line.startsWith('-') ? 'patch-removed' : '';
}

interface CodeBlockProps {
  readonly text: string;
  readonly label: string;
  /** The text as it is shown, where that is more than plain. */
  readonly children?: ReactNode;
}

export function CodeBlock({ text, label, children }: CodeBlockProps): JSX.Element {
  return (
    <figure className="code-block">
      <figcaption className="row between">
        <span className="soft">{label}</span>
        <CopyButton text={text} />
      </figcaption>
      <pre className={`code ${text.includes('\n') ? '' : 'wraps'}`} tabIndex={0} aria-label={label}>
        {children ?? text}
      </pre>
    </figure>
  );
}

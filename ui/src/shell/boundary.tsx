/** A bug in one view must not take the page down: it is shown as what it is, with a way back. */
import { Component, type ReactNode } from 'react';
import { Empty } from '../parts/empty.tsx';

interface State {
  readonly problem: Error | undefined;
}

export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { problem: undefined };

  static getDerivedStateFromError(problem: unknown): State {
    return { problem: problem instanceof Error ? problem : new Error(String(problem)) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return (
      <Empty mark="failed" title="This view failed">
        <p>That is a bug of the dashboard; what runs is not affected. Please report it with this message:</p>
        <pre className="code">{problem.message}</pre>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load again
        </button>
      </Empty>
    );
  }
}

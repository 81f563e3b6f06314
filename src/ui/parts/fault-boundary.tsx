import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface Props {
  /** What is missing while the fault lasts. */
  readonly part: string;
  readonly children: ReactNode;
}

/** Keeps a fault in one part (a script that could not be fetched, a drawing error) from taking the page and its run with it. */
export class FaultBoundary extends Component<Props, { readonly fault: Error | null }> {
  override state: { readonly fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error): { readonly fault: Error } {
    return { fault };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    return (
      <section className="panel" role="alert">
        <h2>{this.props.part} cannot be shown.</h2>
        <p className="secondary">The run itself goes on. {fault.message}</p>
        <Button onClick={() => this.setState({ fault: null })}>Try again</Button>
      </section>
    );
  }
}

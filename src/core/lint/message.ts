/** What a linter finds. Source: Helm 4 pkg/chart/v2/lint/support/message.go. */
export type Severity = 'INFO' | 'WARNING' | 'ERROR';

export interface LintMessage {
  readonly severity: Severity;
  /** A file or folder of the chart, or the chart's own folder; empty when it is about the chart as a whole. */
  readonly path: string;
  readonly text: string;
}

/** As Helm prints it. */
export const formatLintMessage = ({ severity, path, text }: LintMessage): string => `[${severity}] ${path}: ${text}`;

/** Messages being gathered. */
export class Findings {
  readonly messages: LintMessage[] = [];

  /** Notes a problem; true when there is none. */
  check(severity: Severity, path: string, problem: string | undefined): boolean {
    if (problem !== undefined) this.messages.push({ severity, path, text: problem });
    return problem === undefined;
  }
}

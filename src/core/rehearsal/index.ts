/**
 * What a rehearsal found out: its value, its verdict, and how people read it.
 * In: facts about Apps and objects, with times of the scenario. Out: the report as a value, as text, as Markdown. Never: runs anything.
 */
export {
  type Absence,
  type Against,
  type AppReport,
  type Assumption,
  type Changes,
  isSame,
  type ObjectChange,
  type Report,
  type Subject,
  verdictOf,
} from './report.ts';
export type { TestReport, Trouble } from './report.ts';
export { ASKED_KINDS, doubtsOf, type FoundDoubt } from './doubts/index.ts';
export { settled } from './settled.ts';
export { formatReport } from './text.ts';
export { markdownReport } from './markdown.ts';

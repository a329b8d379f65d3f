/**
 * Results as files: JUnit, NUnit, XUnit and Sonar, as helm-unittest writes them.
 * In: results, the machine and the moment. Out: XML. Never: writes a file.
 */
export { reportText } from './reports.ts';
export type { ReportPlace } from './shared.ts';

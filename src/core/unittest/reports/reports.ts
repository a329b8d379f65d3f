/** The formats by name. */
import type { FileResult } from '../report.ts';
import { junit } from './junit.ts';
import { nunit } from './nunit.ts';
import type { ReportPlace } from './shared.ts';
import { sonar } from './sonar.ts';
import { type Element, xmlDocument } from './xml.ts';
import { xunit } from './xunit.ts';

const formats: ReadonlyMap<string, (files: readonly FileResult[], place: ReportPlace) => Element> = new Map([
  ['junit', junit],
  ['nunit', nunit],
  ['xunit', xunit],
  ['sonar', sonar],
]);

/** The whole run in a format, whose name may be in any case; undefined for one nobody knows. */
export function reportText(format: string, files: readonly FileResult[], place: ReportPlace): string | undefined {
  const made = formats.get(format.toLowerCase());
  return made === undefined ? undefined : xmlDocument(made(files, place));
}

/** Values files: one or several YAML documents, merged in order. Source: Helm 4 pkg/chart/v2/loader/load.go, apimachinery YAMLReader. */
import { err, ok, type Result } from '../../../std/index.ts';
import type { GoRecord, GoValue } from '../../go/value/index.ts';
import { getKey, hasKey, record } from '../../object/index.ts';
import { isRecord } from '../../template/index.ts';
import { decode, sigsYaml } from '../../yaml/index.ts';

/** Splits at lines that begin with `---`; the separator line stays with the document it begins only when that is the first. */
export function splitDocuments(text: string): Result<readonly string[], string> {
  const documents: string[] = [];
  let current = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (line.startsWith('---')) {
      const rest = line.slice(3).trim();
      if (rest !== '' && !rest.startsWith('#')) return err(`error reading yaml document: invalid Yaml document separator: ${rest}`);
      if (current !== '') {
        documents.push(current);
        current = '';
        continue;
      }
    }
    current += line;
  }
  if (current !== '') documents.push(current);
  return ok(documents);
}

/** The values of a file; numbers are float64. The last line counts as ended: a block scalar there ends with a line break in any case. */
export function readValues(file: string): Result<GoRecord, string> {
  const text = file === '' || file.endsWith('\n') ? file : `${file}\n`;
  const documents = text.includes('---') ? splitDocuments(text) : ok([text]);
  if (!documents.ok) return documents;
  let values: GoRecord = record<GoValue>();
  for (const document of documents.value) {
    const decoded = decode(document, { variant: sigsYaml, numbers: 'float64' });
    if (!decoded.ok) return err(`cannot unmarshal yaml document: error converting YAML to JSON: ${decoded.error.message}`);
    const value = decoded.value as GoValue;
    if (value === null) continue;
    if (!isRecord(value)) return err(`cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: ${mismatch(value)}`);
    values = documents.value.length === 1 ? value : mergeMaps(values, value);
  }
  return ok(values);
}

const mismatch = (value: GoValue): string =>
  `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value} into Go value of type map[string]interface {}`;

/** Helm's MergeMaps: maps are merged, everything else of `over` replaces; nulls are values. The arguments stay as they are. */
export function mergeMaps(base: GoRecord, over: GoRecord): GoRecord {
  const out = record(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const old = hasKey(out, key) ? getKey(out, key) : undefined;
    out[key] = isRecord(value) && isRecord(old) ? mergeMaps(old, value) : value;
  }
  return out;
}

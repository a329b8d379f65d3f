/**
 * SOPS' dotenv: `KEY=VALUE` lines without any quoting; line feeds of a value are written `\n`. Source: sops stores/dotenv/store.go.
 */
import { SecretsFailure } from '../failure.ts';
import { flatText } from './flat-text.ts';
import { type Branch, branchOf, commentOf, type Item } from './tree.ts';

/** @throws SecretsFailure naming the line that is no assignment */
export function readDotenv(text: string): Branch {
  const items: Item[] = [];
  text.split('\n').forEach((line, i) => {
    if (line === '') return;
    if (line.startsWith('#')) {
      items.push({ key: commentOf(line.slice(1)), value: null });
      return;
    }
    const equals = line.indexOf('=');
    if (equals < 0) throw new SecretsFailure('InvalidFile', `line ${i + 1} is no KEY=VALUE`);
    items.push({ key: line.slice(0, equals), value: line.slice(equals + 1).replaceAll(String.raw`\n`, '\n') });
  });
  return branchOf(items);
}

/** @throws SecretsFailure for a mapping or list */
export const writeDotenv = (branch: Branch): string =>
  branch.items
    .map(({ key, value }) => {
      if (typeof key !== 'string') return `#${key.text}\n`;
      const text = flatText(value);
      if (text === undefined) throw new SecretsFailure('InvalidFile', `${key}: a dotenv file cannot hold mappings or lists`);
      return `${key}=${text.replaceAll('\n', String.raw`\n`)}\n`;
    })
    .join('');

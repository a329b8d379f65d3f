/** Random plain files in every format of SOPS. */
import { chance, type Draw, pick } from '../draw.ts';

export const formats = ['yaml', 'yaml', 'json', 'dotenv', 'ini', 'binary'] as const;
export type Format = (typeof formats)[number];

const words = ['a', 'b', 'secret', 'list', 'plain', 'key_unencrypted', 'date', '1', 'x.y', 'Ünï'];
const texts = [
  'hunter2',
  'two words',
  '',
  ' leads and ends ',
  'yes',
  'null',
  '0x1F',
  '1e3',
  'üñí ☃ 𝄞',
  'quote " and \'',
  'back\\slash \\n',
  'a: b # c',
  'tab\there',
  'line one\nline two\n',
  '-----BEGIN X-----\nabc\n-----END X-----\n',
  '2026-01-02T03:04:05Z',
  'ENC[no]',
  '=equals=',
  '%percent%',
];
const numbers = ['0', '7', '-42', '9007199254740993', '-9223372036854775808', '1.5', '-0.25', '1e21', '1.0', '123456789012'];

const word = (draw: Draw): string => pick(draw, words);
const text = (draw: Draw): string => pick(draw, texts);

/** Distinct keys. */
const keysFor = (draw: Draw, most: number): readonly string[] => [
  ...new Set(Array.from({ length: 1 + Math.floor(draw() * most) }, () => word(draw))),
];

function scalar(draw: Draw): string {
  if (chance(draw, 0.6)) return JSON.stringify(text(draw));
  if (chance(draw, 0.6)) return pick(draw, numbers);
  return pick(draw, ['true', 'false', 'null']);
}

function jsonValue(draw: Draw, depth: number): string {
  if (depth > 0 && chance(draw, 0.3)) return jsonObject(draw, depth - 1);
  if (depth > 0 && chance(draw, 0.2))
    return `[${Array.from({ length: Math.floor(draw() * 4) }, () => jsonValue(draw, depth - 1)).join(', ')}]`;
  return scalar(draw);
}

const jsonObject = (draw: Draw, depth: number): string =>
  `{${keysFor(draw, 5)
    .map((key) => `${JSON.stringify(key)}: ${jsonValue(draw, depth)}`)
    .join(', ')}}`;

const yamlKey = (key: string): string => (/^[a-z_]+$/.test(key) && key !== 'y' ? key : JSON.stringify(key));

/** Lines of a block mapping. */
function yamlLines(draw: Draw, indent: string, depth: number): readonly string[] {
  return keysFor(draw, 5).flatMap((key): string[] => {
    const comment = chance(draw, 0.2) ? [`${indent}# ${pick(draw, ['a comment', 'enc this', 'plain this'])}`] : [];
    const name = `${indent}${yamlKey(key)}:`;
    if (depth > 0 && chance(draw, 0.3)) return [...comment, name, ...yamlLines(draw, `${indent}  `, depth - 1)];
    if (depth > 0 && chance(draw, 0.2)) {
      const items = Array.from(
        { length: 1 + Math.floor(draw() * 3) },
        () => `${indent}  - ${chance(draw, 0.8) ? scalar(draw) : jsonObject(draw, 0)}`,
      );
      return [...comment, name, ...items];
    }
    if (chance(draw, 0.15)) return [...comment, `${name} |`, `${indent}  first line`, `${indent}    second`, `${indent}  third`];
    if (chance(draw, 0.1)) return [...comment, `${name} plain text here`];
    const after = chance(draw, 0.1) ? ' # after' : '';
    return [...comment, `${name} ${scalar(draw)}${after}`];
  });
}

function yaml(draw: Draw): string {
  const documents = Array.from({ length: chance(draw, 0.2) ? 2 : 1 }, () => `${yamlLines(draw, '', 2).join('\n')}\n`);
  return documents.join('---\n');
}

const flat = (value: string): string => value.replaceAll('\n', String.raw`\n`);

const dotenv = (draw: Draw): string =>
  `${keysFor(draw, 6)
    .flatMap((key) => [...(chance(draw, 0.2) ? ['# enc a comment'] : []), `${key}=${flat(text(draw))}`])
    .join('\n')}\n`;

const iniTexts = [
  'hunter2',
  'two words',
  'x=y',
  'with ; semicolon',
  'with # hash',
  'quote "inside"',
  'üñí',
  '',
  '12',
  'true',
  '`tick`',
  'back\\slash',
];

const ini = (draw: Draw): string =>
  [...new Set(Array.from({ length: 1 + Math.floor(draw() * 3) }, () => pick(draw, ['db', 'web', 'DEFAULT', 'with space', 'a.b'])))]
    .map((section) => {
      const keys = keysFor(draw, 4).map((key) => `${chance(draw, 0.2) ? '; a comment\n' : ''}${key} = ${pick(draw, iniTexts)}`);
      return `[${section}]\n${keys.join('\n')}\n`;
    })
    .join('\n');

const binary = (draw: Draw): Uint8Array => Uint8Array.from({ length: Math.floor(draw() * 200) }, () => Math.floor(draw() * 256));

export function documentOf(format: Format, draw: Draw): string | Uint8Array {
  if (format === 'yaml') return yaml(draw);
  if (format === 'json') return `${jsonObject(draw, 3)}\n`;
  if (format === 'dotenv') return dotenv(draw);
  return format === 'ini' ? ini(draw) : binary(draw);
}

/** XML as Go's encoding/xml writes it with MarshalIndent and tabs. */

export interface Element {
  readonly name: string;
  readonly attributes?: readonly (readonly [string, string | number])[];
  /** Elements, or text. */
  readonly content?: readonly Element[] | string;
  /** The text stands in a CDATA section. */
  readonly isData?: boolean;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['\t', '&#x9;'],
  ['\n', '&#xA;'],
  ['\r', '&#xD;'],
]);

const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"'\t\n\r]/g, (char) => entities.get(char) ?? char)
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]/g, '\ufffd');

function written({ name, attributes = [], content = '', isData = false }: Element, indent: string): string {
  const head = `${indent}<${name}${attributes.map(([key, value]) => ` ${key}="${escaped(String(value))}"`).join('')}>`;
  if (typeof content !== 'string') {
    if (content.length === 0) return `${head}</${name}>`;
    return `${head}\n${content.map((inner) => written(inner, `${indent}\t`)).join('\n')}\n${indent}</${name}>`;
  }
  const text = content === '' ? '' : isData ? `<![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]>` : escaped(content);
  return `${head}${text}</${name}>`;
}

export const xmlDocument = (root: Element): string => `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}\n`;

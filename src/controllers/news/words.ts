/** News in the words of a Channel: its own Go templates, or ours. */
import type { ChannelSpec } from '../../api/index.ts';
import type { Ask } from '../../core/ask/index.ts';
import { GoMap } from '../../core/go/composite/index.ts';
import { basicType, mapType } from '../../core/go/type/index.ts';
import { Budget, executeNamed, ParseError, TemplateCache, TemplateFailure, TemplateSet } from '../../core/template/index.ts';
import { builtins } from '../../core/template/builtin/index.ts';
import { sprigFunctions, type SprigHost } from '../../core/template/sprig/index.ts';
import { RegexpCache } from '../../core/go/regexp/index.ts';
import { RangeCache } from '../../core/go/semver/index.ts';
import { utc } from '../../core/go/time/index.ts';
import type { News, Told } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

const functions = new Map([...builtins, ...[...sprigFunctions].filter(([name]) => name !== 'getHostByName')]);

const limits = { steps: 200_000, size: 64 << 10, single: 32 << 10, depth: 50 };

const MARKS = { trace: '·', info: '✔', warning: '⚠', error: '✖' } as const;

/** What templates may name. */
export function fieldsOf(news: News): ReadonlyMap<string, string> {
  const { at, kind, namespace, name, type, severity, message, revision = '', actor = '', repository = '', installation, link = '' } = news;
  const commit = /sha(?:1|256):([0-9a-f]+)$/.exec(revision)?.[1] ?? '';
  const fields = { kind, namespace, name, type, severity, message, revision, commit, actor, repository, installation, link };
  return new Map([...Object.entries(fields), ['at', new Date(at).toISOString()]]);
}

/** An error says which template and where. */
export function tell(news: News, template: ChannelSpec['template'], now: number): Result<Told, string> {
  const by = [...(news.revision === undefined ? [] : [`at ${news.revision}`]), ...(news.actor === undefined ? [] : [`by ${news.actor}`])];
  const own = {
    title: `${MARKS[news.severity]} ${news.namespace}/${news.name}: ${news.type}`,
    text: [news.message, ...(by.length === 0 || news.message.includes(news.revision ?? '\0') ? [] : [by.join(' ')])].join('\n'),
  };
  const [title, text] = (['title', 'text'] as const).map((part) =>
    template?.[part] === undefined ? ok(own[part]) : execute(template[part], { news, part, now }),
  ) as [Result<string, string>, Result<string, string>];
  if (!title.ok) return title;
  if (!text.ok) return text;
  return ok({ news, title: title.value.replaceAll(/\s+/g, ' ').trim(), text: text.value.trim() });
}

class NotAnswered extends Error {}

/** The same news reads the same each time it is sent: a template may ask for the time, and for nothing that chance decides. */
const onlyTime = (now: number): Ask =>
  ((request: { readonly kind: string }) => {
    if (request.kind === 'now') return now;
    throw new NotAnswered('templates of Channels have no random functions');
  }) as Ask;

function execute(template: string, { news, part, now }: { news: News; part: string; now: number }): Result<string, string> {
  const set = new TemplateSet('', new TemplateCache(functions));
  const host: SprigHost = { ask: onlyTime(now), zone: () => utc, patterns: new RegexpCache(), ranges: new RangeCache(), draws: 0 };
  try {
    set.add(part, template);
    const data = new GoMap(mapType(basicType.string, basicType.string), [...fieldsOf(news)]);
    return ok(executeNamed(set, part, { data, run: { budget: new Budget(limits), host, depth: 0 } }));
  } catch (error) {
    if (error instanceof ParseError || error instanceof TemplateFailure || error instanceof RangeError || error instanceof NotAnswered)
      return err(`spec.template.${part}: ${error.message}`);
    throw error;
  }
}

/** One topic of one stream: what was sent last, and the smallest message that brings the other side up to date. */
import type { Item, View } from '../views/view.ts';

export interface Message {
  readonly event: 'hello' | 'snapshot' | 'delta' | 'failed';
  /** The data as JSON. */
  readonly data: string;
}

const listOf = (items: readonly Item[]): string => `[${items.map(({ json }) => json).join(',')}]`;

export class Topic {
  readonly name: string;
  #sent: { readonly identities: ReadonlyMap<string, unknown>; readonly order: string; readonly meta: string } | undefined;
  #failure = '';

  constructor(name: string) {
    this.name = name;
  }

  /** Undefined: nothing new. */
  shown({ items, meta }: View<unknown>): Message | undefined {
    const before = this.#sent;
    this.#failure = '';
    const identities = new Map(items.map(({ key, identity }) => [key, identity]));
    const order = JSON.stringify(items.map(({ key }) => key));
    const rest = JSON.stringify(meta);
    this.#sent = { identities, order, meta: rest };
    const topic = JSON.stringify(this.name);
    if (before === undefined) return { event: 'snapshot', data: `{"topic":${topic},"items":${listOf(items)},"meta":${rest}}` };
    const news = items.filter(({ key, identity }) => before.identities.get(key) !== identity);
    const gone = [...before.identities.keys()].filter((key) => !identities.has(key));
    const parts = [
      news.length === 0 ? '' : `,"items":${listOf(news)}`,
      gone.length === 0 ? '' : `,"gone":${JSON.stringify(gone)}`,
      before.order === order ? '' : `,"order":${order}`,
      before.meta === rest ? '' : `,"meta":${rest}`,
    ].join('');
    return parts === '' ? undefined : { event: 'delta', data: `{"topic":${topic}${parts}}` };
  }

  /** A failure is told once; what was sent before counts for nothing after it. */
  failed(error: object): Message | undefined {
    const text = JSON.stringify(error);
    if (text === this.#failure) return undefined;
    this.#failure = text;
    this.#sent = undefined;
    return { event: 'failed', data: `{"topic":${JSON.stringify(this.name)},"error":${text}}` };
  }
}

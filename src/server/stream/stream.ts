/** One open stream: its topics, the connection it speaks through, and what was said lately, so that a broken connection misses nothing. */
import type { ServerResponse } from 'node:http';
import type { Visitor } from '../access/visitor.ts';
import type { Refused } from '../http/refused.ts';
import { errorBody } from '../http/refused.ts';
import type { Result } from '../../std/index.ts';
import type { View } from '../views/view.ts';
import { Topic, type Message } from './topic.ts';

/** Reads the view that a topic names, as this visitor may see it. */
export type ReadTopic = (topic: string, visitor: Visitor) => Promise<Result<View<unknown>, Refused>>;

interface Said {
  readonly id: number;
  readonly text: string;
}

const MOST_REMEMBERED = 256;
const MOST_BYTES = 1_000_000;
/** A reader that is this far behind is cut off; it comes back and resumes. */
const MOST_WAITING = 4_000_000;

export class Stream {
  readonly id: string;
  readonly visitor: Visitor;
  readonly #read: ReadTopic;
  #topics: readonly Topic[] = [];
  #said: Said[] = [];
  #bytes = 0;
  #next = 1;
  #response: ServerResponse | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;

  constructor(id: string, visitor: Visitor, read: ReadTopic) {
    this.id = id;
    this.visitor = visitor;
    this.#read = read;
  }

  get connected(): boolean {
    return this.#response !== undefined;
  }

  choose(names: readonly string[]): void {
    const known = new Map(this.#topics.map((topic) => [topic.name, topic]));
    this.#topics = [...new Set(names)].map((name) => known.get(name) ?? new Topic(name));
  }

  /** Speaks through this connection from now on. `after`: the last message the other side has; undefined: none, everything starts anew. */
  attach(response: ServerResponse, after: number | undefined): void {
    this.#response?.end();
    this.#response = response;
    response.on('close', () => {
      if (this.#response === response) this.#response = undefined;
    });
    const kept = after !== undefined && after < this.#next && (this.#said[0]?.id ?? this.#next) <= after + 1;
    if (kept) for (const { id, text } of this.#said) if (id > after) response.write(text);
    if (!kept) {
      this.#topics = this.#topics.map(({ name }) => new Topic(name));
      this.#say({ event: 'hello', data: JSON.stringify({ topic: '', stream: this.id }) });
    }
  }

  /** Looks at every topic and tells what is new; calls that come meanwhile are one more look. */
  refresh(): Promise<void> {
    if (this.#refreshing !== undefined) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#look().finally(() => {
      this.#refreshing = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.refresh();
    });
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    for (const topic of this.#topics) {
      const view = await this.#read(topic.name, this.visitor);
      // Chosen anew meanwhile.
      if (!this.#topics.includes(topic)) continue;
      const message = view.ok ? topic.shown(view.value) : topic.failed(errorBody(view.error).error);
      if (message !== undefined) this.#say(message);
    }
  }

  /** Keeps proxies and browsers from taking silence for death. */
  ping(): void {
    this.#response?.write(': still here\n\n');
  }

  end(): void {
    this.#response?.end();
    this.#response = undefined;
  }

  #say({ event, data }: Message): void {
    const id = this.#next;
    this.#next += 1;
    const text = `id: ${this.id}.${id}\nevent: ${event}\ndata: ${data}\n\n`;
    this.#said.push({ id, text });
    this.#bytes += text.length;
    while (this.#said.length > MOST_REMEMBERED || (this.#bytes > MOST_BYTES && this.#said.length > 1)) {
      this.#bytes -= this.#said.shift()?.text.length ?? 0;
    }
    const response = this.#response;
    if (response === undefined) return;
    response.write(text);
    if (response.writableLength > MOST_WAITING) response.destroy();
  }
}

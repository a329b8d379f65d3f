/** Tells a story to one server and gives what it answered, without what two servers cannot share. */
import { isObject, type Json } from '../../../src/core/object/index.ts';
import type { Answer, Client } from '../client.ts';
import { normalised, normalisedEvents } from '../normal.ts';
import type { Sent } from '../generator.ts';
import type { Ask, Step, Story } from './story.ts';

export interface Told {
  /** What was asked. */
  readonly step: string;
  readonly answer: string;
}

/** How patient a server asks its clients to be. */
export type Pace = 'real' | 'own';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const at = (value: Json, path: string): string => {
  let found: Json | undefined = value;
  for (const part of path.split('.')) found = isObject(found) || Array.isArray(found) ? (found as never)[part] : undefined;
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
};

const shown = (sent: Sent): string =>
  `${sent.method} ${sent.path}${sent.as === undefined ? '' : ` as ${sent.as}`} ${sent.contentType ?? ''} ${JSON.stringify(sent.body ?? sent.edit?.change ?? '')}`;

class Telling {
  readonly told: Told[] = [];
  readonly #client: Client;
  readonly #namespace: string;
  readonly #kept = new Map<string, string>();
  readonly #watches = new Map<string, { readonly events: Json[]; readonly stop: () => void; seen: number }>();
  readonly #pace: Pace;

  constructor(client: Client, namespace: string, pace: Pace) {
    this.#client = client;
    this.#namespace = namespace;
    this.#pace = pace;
  }

  #filled<T>(value: T): T {
    const text = JSON.stringify(value).replaceAll('$ns', this.#namespace);
    return JSON.parse(text.replaceAll(/\$\[(\w+)\]/g, (_whole, name: string) => this.#kept.get(name) ?? `<no ${name}>`)) as T;
  }

  async step(step: Step): Promise<void> {
    if ('watch' in step) {
      const path = this.#filled(step.watch);
      this.#watches.set(step.as, { ...this.#client.watch(path), seen: 0 });
      await pause(300);
    } else if ('events' in step) await this.#events(step.events);
    else await this.#ask(step);
  }

  async #events(name: string): Promise<void> {
    await pause(this.#pace === 'real' ? 700 : 150);
    const watch = this.#watches.get(name);
    const lines = normalisedEvents(watch?.events ?? [], { bookmarks: true }).slice(watch?.seen ?? 0);
    if (watch !== undefined) watch.seen += lines.length;
    this.told.push({ step: `events of ${name}`, answer: this.#nameless(`\n[${lines.map((line) => line.trim()).join(',')}]`) });
  }

  async #ask(ask: Ask): Promise<void> {
    const { keep = {}, quiet, until, settle = 0, ...plain } = ask;
    const sent = this.#filled(plain as Sent);
    const answer = await this.#answer(sent, until);
    for (const [name, path] of Object.entries(keep)) this.#kept.set(name, at(answer.body, path));
    if (quiet !== true) this.told.push({ step: shown(plain), answer: this.#nameless(normalised(answer)) });
    if (settle > 0) await pause(this.#pace === 'real' ? settle : Math.min(settle, 150));
  }

  async #answer(sent: Sent, until: number | string | undefined): Promise<Answer> {
    for (let tries = 0; ; tries++) {
      const answer = await this.#client.send(sent);
      const done =
        until === undefined || answer.status === until || (typeof until === 'string' && JSON.stringify(answer.body).includes(until));
      if (done || tries > 60) return answer;
      await pause(this.#pace === 'real' ? 200 : 50);
    }
  }

  /** Two tellings share no namespace. */
  #nameless(text: string): string {
    return text.replaceAll(this.#namespace, '$ns').replaceAll(/\b(g-|Bad_|x{58})[0-9a-z]{5}\b/g, '$1<random>');
  }

  stop(): void {
    for (const { stop } of this.#watches.values()) stop();
  }
}

const post = (path: string, body: Json): Sent => ({ method: 'POST', path, contentType: 'application/json', body });

/** A server without controllers gives a namespace no service account. */
async function prepare(client: Client, namespace: string): Promise<void> {
  await client.send(post('/api/v1/namespaces', { metadata: { name: namespace } }));
  await client.send(post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } }));
}

export async function tell(story: Story, client: Client, { namespace, pace }: { namespace: string; pace: Pace }): Promise<readonly Told[]> {
  await prepare(client, namespace);
  const telling = new Telling(client, namespace, pace);
  for (const step of story.steps) await telling.step(step);
  telling.stop();
  return telling.told;
}

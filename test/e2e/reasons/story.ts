/** How a reason is provoked, where it shows, and what is held of the way it is told: cause, chain, since when, next step. */
import { expect } from 'vitest';
import { claimOf, nextStep, remarksOf } from '../../../src/api/index.ts';
import type { JsonObject } from '../../../src/core/object/index.ts';
import { type Claim, explain } from '../../../src/core/why/index.ts';
import { type World, type WorldOptions, world } from '../../../src/testing/world/index.ts';

export type Step = (w: World) => Promise<unknown>;

export interface Story {
  readonly world?: WorldOptions;
  /** Files of the first commit; null: there is none. Default: one ConfigMap in `web`. */
  readonly files?: Readonly<Record<string, string>> | null;
  /** What of `Source/shop/config` is other than usual; null: there is none. */
  readonly git?: JsonObject | null;
  readonly path?: string;
  readonly spec?: JsonObject;
  /** Before the App `shop/web` is made. */
  readonly before?: Step;
  /** Once the App has had five seconds. */
  readonly after?: Step;
  /** Milliseconds until it shows. Default: 5000. */
  readonly ms?: number;
  /** What the sentence names besides the reason. */
  readonly says: RegExp;
  /** Default: the App says it, and waits for nothing else. */
  readonly shows?: Shows;
}

export type Shows =
  /** It is the App's reason, and the chain ends at another object. */
  | { readonly waitsFor: string }
  /** The chain ends at another object, whose reason it is; `app` is the App's own. */
  | { readonly root: string; readonly app: string }
  /** Another object than the App is not ready because of it. */
  | { readonly of: string }
  /** It stands beside being ready or not. */
  | { readonly beside: string }
  /** Good news: the reason of the App's condition of this type. */
  | { readonly condition: string }
  /** It happened to the App, and the ledger tells. */
  | 'event';

export const map = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${more}}\ndata: {a: "1"}\n`;

/** The sentence ends with the next step. */
function checkNext(sentence: string, next: string): void {
  expect(next).not.toBe('');
  expect(sentence.toLowerCase()).toContain(next.replace(/\.$/, '').toLowerCase().slice(1));
}

function checkClaim(claim: Claim | undefined, says: RegExp): void {
  expect(claim).toBeDefined();
  if (claim === undefined) return;
  const { sentence, next } = explain(claim, () => undefined);
  expect(sentence).toMatch(says);
  expect(claim.since ?? '').toMatch(/^20\d\d-/);
  checkNext(sentence, next);
}

async function checkWaiting(w: World, code: string, { says, shows }: Story): Promise<void> {
  const { message = '', since = '', next = '', chain = [] } = (await w.appStatus()).waitingFor ?? {};
  const first = typeof shows === 'object' && 'root' in shows ? shows.app : code;
  expect(chain[0]).toMatchObject({ object: 'App/shop/web', reason: first });
  expect(message).toContain('App/shop/web is not ready since 20');
  expect(message).toMatch(says);
  expect(since).toMatch(/^20\d\d-/);
  const root = typeof shows !== 'object' ? 'App/shop/web' : 'root' in shows ? shows.root : 'waitsFor' in shows ? shows.waitsFor : '';
  expect(chain.at(-1)?.object).toBe(root);
  if (typeof shows === 'object' && 'root' in shows) expect(chain.at(-1)?.reason).toBe(code);
  checkNext(message, next);
}

async function checkCondition(w: World, code: string, { type, says }: { readonly type: string; readonly says: RegExp }): Promise<void> {
  const condition = (await w.appStatus()).conditions?.find((each) => each.type === type);
  expect(condition?.reason).toBe(code);
  expect(condition?.message ?? '').toMatch(says);
  expect(condition?.lastTransitionTime ?? '').toMatch(/^20\d\d-/);
  expect(nextStep(code) ?? '').not.toBe('');
}

function checkEvent(w: World, code: string, says: RegExp): void {
  const [event] = w.events(code);
  expect(event?.message ?? '').toMatch(says);
  expect(event?.subject).toBe('shop/web');
  expect(event?.at ?? 0).toBeGreaterThan(0);
  expect(nextStep(code) ?? '').not.toBe('');
}

async function check(w: World, code: string, story: Story): Promise<void> {
  const { shows = { waitsFor: 'App/shop/web' }, says } = story;
  if (shows === 'event') return checkEvent(w, code, says);
  if ('of' in shows) {
    const claim = claimOf(await w.get(shows.of));
    expect(claim?.reason).toBe(code);
    return checkClaim(claim, says);
  }
  if ('beside' in shows) {
    const remarks = remarksOf(await w.get(shows.beside));
    return checkClaim(
      remarks.find(({ reason }) => reason === code),
      says,
    );
  }
  if ('condition' in shows) return checkCondition(w, code, { type: shows.condition, says });
  return checkWaiting(w, code, { ...story, shows });
}

/** Lives through one story in a world of its own. */
export async function tell(code: string, story: Story): Promise<void> {
  const w = await world(story.world ?? {});
  try {
    const { files = { 'web/a.yaml': map('a') }, git = {}, path = 'web', spec = {}, ms = 5000 } = story;
    if (files !== null) await w.commit(files);
    if (git !== null) await w.source({ git });
    await story.before?.(w);
    await w.settle(1000);
    await w.app({ path, spec });
    await w.settle(story.after === undefined ? ms : 5000);
    await story.after?.(w);
    if (story.after !== undefined) await w.settle(ms);
    await check(w, code, story);
  } finally {
    await w.close();
  }
}

/** Sessions end by themselves: after a time, after a silence, and when somebody signs out; an open page alone keeps none alive. */
import { describe, expect, test } from 'vitest';
import { type FakeClock, fakeClock, seededRandom } from '../../testing/clock/index.ts';
import { Links } from './link.ts';
import { Sessions } from './sessions.ts';

const HOUR = 3_600_000;
const who = { identity: { user: 'ada', groups: [] }, name: 'Ada', method: 'local' } as const;

function started(): { readonly clock: FakeClock; readonly sessions: Sessions; readonly id: string } {
  const clock = fakeClock();
  const sessions = new Sessions(clock, seededRandom(1));
  return { clock, sessions, id: sessions.open(who).id };
}

describe('a session', () => {
  test('goes on while it is used, and is over after twelve hours all the same', async () => {
    const { clock, sessions, id } = started();
    for (let hour = 1; hour < 12; hour += 1) {
      await clock.advance(HOUR);
      expect(sessions.find(id)?.name).toBe('Ada');
    }
    await clock.advance(HOUR);
    expect(sessions.find(id)).toBeUndefined();
  });

  test('is over after two hours of silence; a stream that is open is no sign of life', async () => {
    const { clock, sessions, id } = started();
    await clock.advance(HOUR);
    expect(sessions.alive(id)).toBe(true);
    await clock.advance(HOUR);
    expect(sessions.alive(id)).toBe(false);
    expect(sessions.find(id)).toBeUndefined();
  });

  test('has an id and a token that nobody guesses, and that no other session has', () => {
    const sessions = new Sessions(fakeClock(), seededRandom(1));
    const opened = Array.from({ length: 50 }, () => sessions.open(who));
    const secrets = opened.flatMap(({ id, session }) => [id, session.csrf]);
    expect(new Set(secrets).size).toBe(100);
    expect(Math.min(...secrets.map(({ length }) => length))).toBeGreaterThanOrEqual(32);
    expect(sessions.find(opened[0]?.session.csrf ?? '')).toBeUndefined();
  });
});

test('a printed link is worth nothing after its time, nor a second time', async () => {
  const clock = fakeClock();
  const links = new Links(clock, seededRandom(1));
  const [early, late] = [links.issue(who.identity), links.issue(who.identity)];
  expect(links.use(early)).toMatchObject({ user: 'ada' });
  expect(links.use(early)).toBeUndefined();
  await clock.advance(24 * HOUR);
  expect(links.use(late)).toBeUndefined();
});

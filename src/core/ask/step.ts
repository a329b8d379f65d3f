/** One pass of an engine over the facts known so far. */
import { assertNever } from '../../std/index.ts';
import type { AnswerOf, Request } from './requests.ts';

export type Ask = <R extends Request>(request: R) => AnswerOf<R>;

/** Answers by `requestKey`. */
export type Facts = ReadonlyMap<string, AnswerOf<Request>>;

/** A fact that can be had at once; undefined: it has to be asked for. */
export type AtHand = (request: Request) => AnswerOf<Request> | undefined;

export type Step<T> =
  | { readonly done: true; readonly value: T; /** Everything that was read, in order of first use. */ readonly used: readonly Request[] }
  | { readonly done: false; readonly need: readonly Request[] };

/** The identity of a request: equal requests have equal keys. */
export function requestKey(request: Request): string {
  switch (request.kind) {
    case 'file':
      return `file\0${request.source}\0${request.path}`;
    case 'list':
      return `${request.recursive ? 'tree' : 'list'}\0${request.source}\0${request.path}`;
    case 'lookup':
      return `lookup\0${request.apiVersion}\0${request.kindName}\0${request.namespace}\0${request.name}`;
    case 'now':
      return 'now';
    case 'capabilities':
      return 'capabilities';
    case 'release':
      return 'release';
    case 'randomBytes':
      return `randomBytes\0${request.sequence}\0${request.length}\0${request.seed ?? ''}`;
    case 'privateKey':
      return `privateKey\0${request.sequence}\0${request.algorithm}\0${request.bits}\0${request.seed ?? ''}`;
    case 'webFile':
      return `webFile\0${request.url}`;
    case 'gitDirectory':
      return `gitDirectory\0${request.repository}\0${request.ref}\0${request.path}`;
    case 'repositoryChart':
      return `repositoryChart\0${request.repository}\0${request.chart}\0${request.version}`;
    default:
      return assertNever(request);
  }
}

/** What an engine sees until the fact arrives. Never part of a result. */
function offlineAnswer(request: Request): AnswerOf<Request> {
  switch (request.kind) {
    case 'file':
      return { found: 'nothing' };
    case 'list':
    case 'lookup':
    case 'capabilities':
    case 'release':
      return null;
    case 'now':
      return 0;
    case 'randomBytes':
      return new Uint8Array(request.length);
    case 'privateKey':
      return '';
    case 'webFile':
    case 'gitDirectory':
    case 'repositoryChart':
      return { refused: 'not fetched yet' };
    default:
      return assertNever(request);
  }
}

/**
 * Runs `engine` once. If it asked for anything unknown, its value (or the exception it threw because of an offline value) is
 * discarded and the missing requests are returned. `atHand` gives what can be had without waiting, before it counts as missing.
 */
export function step<T>(engine: (ask: Ask) => T, facts: Facts, atHand?: AtHand): Step<T> {
  const used = new Map<string, Request>();
  const missing = new Map<string, Request>();
  const ask = ((request: Request) => {
    const key = requestKey(request);
    const fact = facts.get(key);
    const known = fact === undefined ? atHand?.(request) : fact;
    if (known !== undefined) {
      used.set(key, request);
      return known;
    }
    missing.set(key, request);
    return offlineAnswer(request);
  }) as Ask;
  try {
    const value = engine(ask);
    if (missing.size === 0) return { done: true, value, used: [...used.values()] };
  } catch (error) {
    if (missing.size === 0) throw error;
  }
  return { done: false, need: [...missing.values()] };
}

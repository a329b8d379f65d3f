/**
 * Drives an engine that asks (see `core/ask`): answers a round of requests through an answerer and runs the engine again until nothing is missing.
 * The trace it returns (request → digest of the answer) is the cache key and the reason for the next render (S1).
 */
import { createHash } from 'node:crypto';
import {
  requestKey,
  step,
  type AnswerOf,
  type Ask,
  type AtHand,
  type Facts,
  type ListAnswer,
  type LookupAnswer,
  type Request,
} from '../core/ask/index.ts';
import type { KubeObject } from '../core/object/index.ts';
import { err, ok, type Result } from '../std/index.ts';

export type Answer = AnswerOf<Request>;

export interface Answerer<E> {
  /** One answer per request, in their order. */
  answer(requests: readonly Request[]): Promise<Result<readonly Answer[], E>>;
}

/** One thing the engine read. */
export interface TraceEntry {
  readonly request: Request;
  /** What the engine could see of the answer: equal digests mean that this read cannot be a reason for a new render. */
  readonly digest: string;
  /** For listings: the id of the tree it was read from. Equal ids spare listing again; different ids prove nothing. */
  readonly treeId?: string;
}

export interface Answered<T> {
  readonly value: T;
  /** In order of first use. */
  readonly trace: readonly TraceEntry[];
  readonly rounds: number;
}

export interface AnswerOptions {
  /** Facts that are known already, for example from an earlier run over the same revision. */
  readonly known?: Facts;
  /** Gives what can be had without waiting: then there is no round for it. */
  readonly atHand?: AtHand;
}

const mostRounds = 32;

/** The input names things that name things, and so on. */
export class TooManyRounds extends Error {
  constructor() {
    super(`what is read leads to more and more: there is no end after ${mostRounds} rounds`);
  }
}

/** @throws TooManyRounds when something has been asked for more often than any input needs. */
export function checkRounds(rounds: number): void {
  if (rounds > mostRounds) throw new TooManyRounds();
}

/**
 * Runs `engine` until it is done. Errors of the answerer are returned; an engine that throws with all facts at hand throws here.
 * @throws TooManyRounds when 32 rounds are not enough: hostile input can nest as deep as it likes.
 * @throws Error when a round brings no new fact: a bug of the engine or the answerer.
 */
export async function answer<T, E>(
  engine: (ask: Ask) => T,
  answerer: Answerer<E>,
  options: AnswerOptions = {},
): Promise<Result<Answered<T>, E>> {
  const facts = new Map<string, Answer>(options.known);
  const atHand = rememberedIn(facts, options.atHand);
  for (let rounds = 1; ; rounds++) {
    checkRounds(rounds);
    const result = step(engine, facts, atHand);
    if (result.done) return ok({ value: result.value, trace: traceOf(result.used, facts), rounds });
    const answers = await answerer.answer(result.need);
    if (!answers.ok) return err(answers.error);
    if (answers.value.length !== result.need.length) throw new Error(`asked for ${result.need.length} facts, got ${answers.value.length}`);
    const before = facts.size;
    for (const [index, request] of result.need.entries()) {
      const fact = answers.value[index];
      if (fact !== undefined) facts.set(requestKey(request), fact);
    }
    if (facts.size === before) throw new Error(`a round brought no new fact; still missing ${result.need.map(requestKey).join(', ')}`);
  }
}

/** What was had at once is a fact like any other. */
function rememberedIn(facts: Map<string, Answer>, atHand: AtHand | undefined): AtHand | undefined {
  if (atHand === undefined) return undefined;
  return (request) => {
    const fact = atHand(request);
    if (fact !== undefined) facts.set(requestKey(request), fact);
    return fact;
  };
}

/** What a render that used these requests depends on. */
export const traceOf = (used: readonly Request[], facts: Facts): readonly TraceEntry[] => used.map((request) => traceEntry(request, facts));

function traceEntry(request: Request, facts: Facts): TraceEntry {
  const fact = facts.get(requestKey(request));
  if (fact === undefined) throw new Error(`no fact for ${requestKey(request)}`);
  const digest = answerDigest(request, fact);
  return request.kind === 'list' && fact !== null ? { request, digest, treeId: (fact as NonNullable<ListAnswer>).id } : { request, digest };
}

/**
 * What of an answer counts. A file's digest is its id; a listing's digest covers the names, types and modes it showed, not the contents of the files
 * (those are files of the trace when they were read).
 */
export function answerDigest(request: Request, fact: Answer): string {
  if (request.kind === 'file') return fileDigest(fact as AnswerOf<Extract<Request, { kind: 'file' }>>);
  if (request.kind === 'list') return listDigest(fact as ListAnswer);
  if (fact instanceof Uint8Array) return hash(fact);
  const seen = request.kind === 'lookup' ? withoutBookkeeping(fact as LookupAnswer) : fact;
  return hash(JSON.stringify(seen, (_key, value: unknown) => (typeof value === 'bigint' ? `bigint:${value}` : value)));
}

/** An object as far as it is news: the server's own notes change with every write to it, our own included. */
function withoutBookkeeping(fact: LookupAnswer): LookupAnswer {
  if (fact === null) return null;
  if (isList(fact)) return fact.map((object) => stripped(object));
  return stripped(fact);
}

const isList = (fact: KubeObject | readonly KubeObject[]): fact is readonly KubeObject[] => Array.isArray(fact);

function stripped(object: KubeObject): KubeObject {
  const { managedFields: _fields, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function fileDigest(fact: AnswerOf<Extract<Request, { kind: 'file' }>>): string {
  switch (fact.found) {
    case 'file':
      return fact.id;
    case 'tooLarge':
      return `tooLarge:${fact.size}`;
    case 'outside':
      return `outside:${fact.target}`;
    default:
      return fact.found;
  }
}

function listDigest(fact: ListAnswer): string {
  if (fact === null) return 'nothing';
  return hash(fact.entries.map((entry) => `${entry.path}\0${entry.type}\0${entry.executable === true ? 'x' : ''}`).join('\n'));
}

const hash = (content: string | Uint8Array): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

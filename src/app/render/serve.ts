/** The inside of a rendering thread: engines run over the facts they were sent, and ask for more. */
import { build, type Builders, type BuildInput, type RenderedObject } from '../../controllers/index.ts';
import { type Ask, requestKey, step } from '../../core/ask/index.ts';
import { digestOf } from '../../core/plan/digest/index.ts';
import type { Answer } from '../../runtime/index.ts';
import { type FromWorker, piecesOf, type ToWorker, unpackAnswer } from './messages.ts';

interface Render {
  readonly input: BuildInput;
  readonly facts: Map<string, Answer>;
  /** What is not sent yet. */
  pieces: readonly (readonly RenderedObject[])[];
}

/** Answers messages with messages; several renders may wait for facts at a time. */
export function renderServer(builders: Builders, post: (message: FromWorker) => void): (message: ToWorker) => void {
  const renders = new Map<number, Render>();
  return (message) => {
    const { id } = message;
    if (message.kind === 'build') renders.set(id, { input: message.input, facts: new Map(), pieces: [] });
    const render = renders.get(id);
    if (render === undefined) return;
    if (message.kind === 'forget') renders.delete(id);
    else if (message.kind === 'more') {
      if (sendPiece(id, render, post)) renders.delete(id);
    } else {
      if (message.kind === 'facts') addFacts(render, message);
      run(id, render, { builders, post });
    }
  };
}

function addFacts({ facts }: Render, { requests, answers }: Extract<ToWorker, { kind: 'facts' }>): void {
  for (const [index, request] of requests.entries()) {
    const answer = answers[index];
    if (answer !== undefined) facts.set(requestKey(request), unpackAnswer(answer));
  }
}

interface Means {
  readonly builders: Builders;
  readonly post: (message: FromWorker) => void;
}

function run(id: number, render: Render, { builders, post }: Means): void {
  post({ kind: 'step', id });
  try {
    const result = step((ask: Ask) => build(ask, render.input, builders), render.facts);
    if (!result.done) return post({ kind: 'need', id, requests: result.need });
    const { value, ...rest } = result.value;
    render.pieces = piecesOf(value.map((item) => ({ ...item, digest: digestOf(item.object) })));
    render.facts.clear();
    post({ kind: 'built', id, used: result.used, ...rest });
  } catch (error) {
    post({ kind: 'threw', id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** True when that was the last one. */
function sendPiece(id: number, render: Render, post: (message: FromWorker) => void): boolean {
  const [piece = [], ...rest] = render.pieces;
  render.pieces = rest;
  const last = rest.length === 0;
  post({ kind: 'objects', id, objects: piece, last });
  return last;
}

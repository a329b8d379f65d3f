/**
 * Why something is not ready, through the whole chain, in one sentence.
 * In: what each object says of itself and what it waits for. Out: the chain to its root, since when, and the next step. Never: guesses a cause that nobody
 * stated.
 */
export { type Claim, type Explanation, explain } from './explain.ts';

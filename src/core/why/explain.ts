/** Follows what objects wait for to the one that waits for nobody, and says it in one sentence. */

/** What one object says about itself. */
export interface Claim {
  /** `App/shop/web`, `Source/shop/config`, `Deployment/shop/pg`. */
  readonly object: string;
  /** A word of the reason table, or what the object itself calls its state. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339; absent when the object does not tell. */
  readonly since?: string;
  /** The object this one waits for; absent at the root. */
  readonly waitsFor?: string;
  /** What to do about it. */
  readonly next?: string;
  /** RFC 3339: when this wait ends as a failure by itself. */
  readonly deadline?: string;
}

export interface Explanation {
  /** Without ages, so that it stays the same until something happens. */
  readonly sentence: string;
  /** From the object that was asked about to the root. */
  readonly chain: readonly Claim[];
  /** The next step, at the root: nothing nearer helps. */
  readonly next: string;
}

const mostLinks = 16;
const longestPart = 600;

/** The chain from `first` to its root. `claimOf` tells what an object says of itself; undefined ends the chain there. */
export function explain(first: Claim, claimOf: (object: string) => Claim | undefined): Explanation {
  const chain = [first];
  const seen = new Set([first.object]);
  for (let at = first; at.waitsFor !== undefined && !seen.has(at.waitsFor) && chain.length < mostLinks;) {
    const found = claimOf(at.waitsFor);
    if (found === undefined) break;
    seen.add(found.object);
    chain.push(found);
    at = found;
  }
  const root = chain.at(-1) ?? first;
  const next = root.next ?? first.next ?? '';
  const [head, ...rest] = chain.map((claim, index) => part(claim, chain[index + 1]));
  const causes = rest.map((text) => `, because ${text}`).join('');
  return { sentence: `${head ?? ''}${causes}${next === '' ? '' : `; ${lowerFirst(trimEnd(next))}`}`, chain, next };
}

const part = ({ object, reason, message, since, deadline }: Claim, cause: Claim | undefined): string => {
  const times = [since === undefined ? '' : ` since ${since}`, deadline === undefined ? '' : ` (until ${deadline})`].join('');
  const said = withoutCause(trimEnd(message), cause).slice(0, longestPart);
  return `${object} is not ready${times}: ${reason}${said === '' ? '' : `: ${said}`}`;
};

/** What the next part says in the same words need not be said twice. */
function withoutCause(said: string, cause: Claim | undefined): string {
  const repeated = trimEnd(cause?.message ?? '');
  if (cause === undefined || repeated === '' || !said.endsWith(repeated)) return said;
  const rest = said.slice(0, -repeated.length).replace(/:\s*$/, '');
  return rest.endsWith(`: ${cause.reason}`) ? rest.slice(0, -cause.reason.length - 2) : rest;
}

const trimEnd = (text: string): string => text.trim().replace(/\.+$/, '');

/** A sentence that goes on; words that are names keep their capitals. */
const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);

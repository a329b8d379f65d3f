/** The same API behind a Service's name, through the cluster's own address: the API server says who asks, so there is no cookie and no session. */
import { API_PREFIX, checkBody, checkQuery } from '../../api/http/index.ts';
import type { Json } from '../../core/object/index.ts';
import type { Identity, ServiceBackend, ServiceRequest, ServiceResponse } from '../../ports/index.ts';
import { encodeUtf8, err, ok, type Result } from '../../std/index.ts';
import type { Visitor } from '../access/visitor.ts';
import { type Handlers, jsonOf } from './frame.ts';
import { matchRoute } from './match.ts';
import { badInput, errorBody, refused, type Refused } from './refused.ts';

export interface ServiceParts {
  readonly handlers: Handlers;
  readonly visitorOf: (identity: Identity) => Result<Visitor, Refused>;
}

/** These need a browser's connection of their own. */
const ELSEWHERE: readonly string[] = ['signIn', 'signOut', 'stream', 'topics', 'log'];

export const serviceBackend =
  (parts: ServiceParts): ServiceBackend =>
  async (request) => {
    const answer = await answerTo(request, parts);
    return answer.ok ? jsonResponse(200, answer.value) : jsonResponse(answer.error.status, JSON.stringify(errorBody(answer.error)));
  };

const jsonResponse = (status: number, json: string): ServiceResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  body: encodeUtf8(json),
});

async function answerTo(request: ServiceRequest, { handlers, visitorOf }: ServiceParts): Promise<Result<string, Refused>> {
  const { method, path, user } = request;
  if (user === undefined) return err(refused.signInNeeded('the cluster does not say who asks'));
  const match = path.startsWith(`${API_PREFIX}/`) ? matchRoute(method, encodeURI(path.slice(API_PREFIX.length))) : undefined;
  if (match === undefined) return err(refused.notFound(`there is no ${path}`));
  if (match === 'other') return err(refused.methodNotAllowed(`${method} is not possible here`));
  if (ELSEWHERE.includes(match.name)) return err(refused.unsupported(`${match.name} is served at the dashboard's own address only`));
  const visitor = visitorOf({ user: user.name, groups: user.groups });
  if (!visitor.ok) return visitor;
  const query = checkQuery(
    match.route,
    Object.entries(request.query).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
  );
  if (!query.ok) return err(badInput(query.error));
  const given = parse(request.body);
  const body = given.ok ? checkBody(match.route, given.value) : given;
  if (!body.ok) return err('status' in body.error ? body.error : badInput(body.error));
  const handle = handlers[match.name] as (call: unknown) => Promise<Result<unknown, Refused>>;
  const call = { params: match.params, query: query.value, body: body.value, visitor: visitor.value, signal: new AbortController().signal };
  const outcome = await handle(call);
  return outcome.ok ? ok(jsonOf(outcome.value)) : outcome;
}

function parse(bytes: Uint8Array): Result<Json | undefined, Refused> {
  if (bytes.length === 0) return ok(undefined);
  try {
    return ok(JSON.parse(Buffer.from(bytes).toString('utf8')) as Json);
  } catch {
    return err(refused.badRequest('the body is not valid JSON'));
  }
}

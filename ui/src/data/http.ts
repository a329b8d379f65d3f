/** One request: JSON in, JSON or an error that says what to do out. A 401 anywhere sends the person to the sign-in page. */
import type { ErrorView } from '../../../src/api/http/index.ts';
import { methodOf, PREFIX, topicOf, type AnswerOf, type BodyOf, type RouteName, type Target } from './routes.ts';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  constructor(status: number, { code, message, hint }: ErrorView['error']) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

let csrf = '';
let onSignedOut: () => void = () => {};

export const setCsrf = (token: string): void => {
  csrf = token;
};

/** What to do when the session ends under us. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener;
};

export interface Call<N extends RouteName> extends Target<N> {
  readonly body?: BodyOf<N>;
  readonly signal?: AbortSignal;
}

export async function send<N extends RouteName>(name: N, options: Call<N> = {}): Promise<Response> {
  const method = methodOf(name);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-lockstep-csrf'] = csrf;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(PREFIX + topicOf(name, options), {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, {
      code: 'Unreachable',
      message: 'Lockstep does not answer.',
      hint: 'What you see is the last known state. The page tries again by itself.',
    });
  }
  if (response.ok) return response;
  throw await failure(response, name);
}

export async function call<N extends RouteName>(name: N, options: Call<N> = {}): Promise<AnswerOf<N>> {
  const response = await send(name, options);
  return (response.status === 204 ? undefined : await response.json()) as AnswerOf<N>;
}

async function failure(response: Response, name: RouteName): Promise<ApiError> {
  if (response.status === 401 && name !== 'signIn') onSignedOut();
  try {
    const { error } = (await response.json()) as ErrorView;
    return new ApiError(response.status, error);
  } catch {
    return new ApiError(response.status, { code: 'BadAnswer', message: `The server answered ${response.status} without saying why.` });
  }
}

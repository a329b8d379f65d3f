/**
 * A client whose errors repeat no secret: API servers and webhooks quote the values they refuse (S18). Everything an App does in a cluster goes through
 * one, so that no message of a plan, a status or an event has to be looked at again.
 */
import type { KubeClient, KubeError } from '../../ports/index.ts';
import { err, type Result } from '../../std/index.ts';
import { maskText } from './secret-texts.ts';

/** `secrets`: what must not be told, asked for when there is an error. */
export function discreetClient(client: KubeClient, secrets: () => readonly string[]): KubeClient {
  const said = async <T>(answer: Promise<Result<T, KubeError>>): Promise<Result<T, KubeError>> => {
    const result = await answer;
    return result.ok ? result : err(discreet(result.error, secrets()));
  };
  return {
    discover: (options) => said(client.discover(options)),
    openapi: (group, version) => said(client.openapi(group, version)),
    version: () => said(client.version()),
    get: (resource, namespace, name) => said(client.get(resource, namespace, name)),
    list: (resource, options) => said(client.list(resource, options)),
    watch: (resource, options) => said(client.watch(resource, options)),
    create: (resource, object, options) => said(client.create(resource, object, options)),
    update: (resource, object, options) => said(client.update(resource, object, options)),
    patch: (resource, target, patch) => said(client.patch(resource, target, patch)),
    apply: (resource, object, options) => said(client.apply(resource, object, options)),
    delete: (resource, namespace, name, options) => said(client.delete(resource, namespace, name, options)),
    raw: (request) => said(client.raw(request)),
    as: (identity) => discreetClient(client.as(identity), secrets),
    close: () => client.close(),
  };
}

function discreet(error: KubeError, secrets: readonly string[]): KubeError {
  if (secrets.length === 0) return error;
  const { message, causes } = error;
  return {
    ...error,
    message: maskText(message, secrets),
    ...(causes === undefined
      ? {}
      : {
          causes: causes.map((cause) => (cause.message === undefined ? cause : { ...cause, message: maskText(cause.message, secrets) })),
        }),
  };
}

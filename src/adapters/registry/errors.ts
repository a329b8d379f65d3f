/** From answers of registries to the errors of the port. */
import type { ChartError } from '../../ports/index.ts';
import type { WebError, WebResponse } from '../http/index.ts';

export const errorOf = ({ code, message }: WebError): ChartError => ({ code, message });

/** The registry's own words, shortened; they are not ours and may be anything. */
function wordsOf(body: Uint8Array): string {
  try {
    const { errors } = JSON.parse(Buffer.from(body.subarray(0, 16_384)).toString('utf8')) as {
      errors?: { code?: unknown; message?: unknown }[];
    };
    const texts = (errors ?? [])
      .slice(0, 3)
      .map(({ code, message }) => [code, message].filter((text) => typeof text === 'string').join(': '));
    return texts
      .join('; ')
      .replaceAll(/[\p{Cc}]/gu, ' ')
      .slice(0, 300);
  } catch {
    return '';
  }
}

/** An answer with a status that is no success. `what`: `host/path:tag`. */
export function statusError(response: WebResponse, what: string): ChartError {
  const words = wordsOf(response.body);
  const said = words === '' ? `status ${response.status}` : `${response.status} ${words}`;
  switch (response.status) {
    case 401:
    case 403:
      return { code: 'AuthenticationFailed', message: `${what}: access is denied (${said})` };
    case 404:
      return { code: /NAME_UNKNOWN/.test(words) ? 'RepositoryNotFound' : 'ChartNotFound', message: `${what}: not found (${said})` };
    case 429:
      return { code: 'Unreachable', message: `${what}: the registry asks for patience (${said})` };
    default:
      return { code: 'Unreachable', message: `${what}: the registry answers ${said}` };
  }
}

/** Texts that a command is given by URL. */
import { createWebFiles } from '../adapters/http/index.ts';
import { decodeUtf8 } from '../std/index.ts';
import { CommandError } from './errors.ts';

export const isWebUrl = (place: string): boolean => /^https?:\/\//.test(place);

/** @throws CommandError naming the URL */
export async function webText(url: string): Promise<string> {
  const web = createWebFiles();
  try {
    const answer = await web.read(url);
    if (!answer.ok) throw new CommandError(`failed to fetch ${url}: ${answer.error.message}`);
    if (answer.value.status !== 200) throw new CommandError(`failed to fetch ${url}: the server answers ${answer.value.status}`);
    return decodeUtf8(answer.value.bytes);
  } finally {
    await web.close();
  }
}

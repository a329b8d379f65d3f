/** Where the browser is: named, on the path, or where Debian puts it. Absent: a loud line, and in CI a failure. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const runs = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Undefined: there is none. @throws Error in CI, where one has to be. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM, PATH = '', CI } = process.env;
  const folders = [...PATH.split(':'), '/usr/lib/chromium'];
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = [CHROMIUM ?? '', ...folders.flatMap((folder) => names.map((name) => join(folder, name)))].find(
    (path) => path !== '' && runs(path),
  );
  if (found !== undefined) return found;
  if (CI !== undefined && CI !== '') throw new Error('no Chromium: install it, or name it in $CHROMIUM');
  console.warn('browser tests NOT RUN: there is no Chromium; install it, or name it in $CHROMIUM');
  return undefined;
}

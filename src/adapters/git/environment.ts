/** The surroundings of every git process. Nothing of the machine's or the user's git configuration takes part. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Fixed rules of the house; the file replaces the user's own configuration. */
const configuration = `[core]
\thooksPath = /dev/null
\tfsmonitor = false
\taskPass = true
[credential]
\thelper =
[protocol]
\tallow = never
[protocol "https"]
\tallow = always
[protocol "http"]
\tallow = always
[protocol "ssh"]
\tallow = always
[gc]
\tauto = 0
[maintenance]
\tauto = false
[fetch]
\trecurseSubmodules = false
\twriteCommitGraph = false
[submodule]
\trecurse = false
[http]
\tlowSpeedLimit = 1
\tlowSpeedTime = 30
[pack]
\tthreads = 1
[safe]
\tdirectory = *
[advice]
\tdetachedHead = false
`;

const localProtocol = '[protocol "file"]\n\tallow = always\n';

/** Variables of the machine that git needs: where programs are, how to get out of the network. */
const passed = [
  'PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Writes the configuration under `root` and returns the environment that uses it. */
export async function prepareEnvironment(
  root: string,
  options: { readonly machine: Readonly<Record<string, string | undefined>>; readonly local: boolean },
): Promise<Readonly<Record<string, string>>> {
  const home = join(root, 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'config');
  await writeFile(file, options.local ? configuration + localProtocol : configuration, { mode: 0o600 });
  const inherited = passed.flatMap((name) => {
    const value = options.machine[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: file,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_SSH_COMMAND: 'ssh -F /dev/null -o BatchMode=yes',
  };
}

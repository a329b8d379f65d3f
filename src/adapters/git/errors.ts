/** What git printed, as one of the codes of the port. The first row that matches decides; git runs with LC_ALL=C. */
import type { GitError, GitErrorCode } from '../../ports/index.ts';

interface Rule {
  readonly when: RegExp;
  readonly code: GitErrorCode;
  readonly hint?: string;
}

const rules: readonly Rule[] = [
  { when: /No space left on device|Disk quota exceeded|File too large/i, code: 'DiskFull', hint: 'free space where the mirrors are kept' },
  {
    when: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known/i,
    code: 'HostKeyUnknown',
    hint: 'put the line of the server into known_hosts of the Secret',
  },
  {
    when: /Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied|Invalid username or (password|token)|returned error: 40[13]|HTTP Basic: Access denied|error: 403/i,
    code: 'AuthenticationFailed',
    hint: 'check the Secret named by secretRef and its rights on the repository',
  },
  {
    when: /SSL certificate problem|certificate verification failed|SSL_ERROR|gnutls_handshake/i,
    code: 'CertificateInvalid',
    hint: 'put the certificate authority of the server into the Secret as ca.crt',
  },
  {
    when: /repository .* not found|Repository not found|returned error: 404|does not appear to be a git repository|does not exist|project you were looking for could not be found|not a valid repository name/i,
    code: 'RepositoryNotFound',
    hint: 'check the URL; private repositories also answer so without credentials',
  },
  {
    when: /\[(remote )?rejected\]|pre-receive hook declined|protected branch|failed to push some refs/i,
    code: 'PushRejected',
    hint: 'the branch moved meanwhile, or its rules let nobody push; check the rules, or push by a change request',
  },
  { when: /couldn't find remote ref|not our ref|no such remote ref|unadvertised object/i, code: 'RefNotFound' },
  { when: /redirect/i, code: 'Unreachable', hint: 'the server sends to another URL; use that one' },
  {
    when: /Could not resolve host|Name or service not known|Failed to connect|Connection (refused|reset|closed|timed out)|Couldn't connect|Network is unreachable|No route to host|Operation too slow|early EOF|unexpected disconnect|RPC failed|Empty reply|unable to access|Could not read from remote repository|the remote end hung up/i,
    code: 'Unreachable',
  },
  { when: /exceeds maximum allowed size|out of memory|memory exhausted/i, code: 'TooLarge' },
  {
    when: /corrupt|object file .* is empty|bad object|bad tree|inflate|packfile .* (cannot|does not)|not a git repository|bad config|missing (blob|tree|commit|object)|unable to read|did not send all necessary objects|bad ref|broken ref|invalid sha1 pointer|index file .* is too small|unable to find [0-9a-f]{40}|could not parse commit|Failed to traverse/i,
    code: 'Corrupt',
  },
];

const longest = 600;

/** `secrets` are cut out wherever they appear; progress and control characters go as well. */
export function gitError(stderr: string, secrets: readonly string[] = []): GitError {
  const message = readable(stderr, secrets);
  const rule = rules.find(({ when }) => when.test(message));
  if (rule === undefined) return { code: 'GitFailed', message };
  return { code: rule.code, message, ...(rule.hint !== undefined && { hint: rule.hint }) };
}

function readable(stderr: string, secrets: readonly string[]): string {
  let text = stderr;
  for (const secret of secrets) if (secret.length >= 3) text = text.replaceAll(secret, '***');
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !/^(hint:|Warning: Permanently added)/.test(line));
  const message = lines.join('; ') || 'git failed without saying why';
  return message.length > longest ? `${message.slice(0, longest)}…` : message;
}

/** From what went wrong with a repository to a stable reason; and whether trying again can help without anybody changing anything. */
import type { ReasonCode } from '../../api/index.ts';
import type { GitErrorCode } from '../../ports/index.ts';

interface GitReason {
  readonly code: ReasonCode;
  readonly transient: boolean;
}

const table: Readonly<Record<GitErrorCode, GitReason>> = {
  InvalidURL: { code: 'UnsafeUrl', transient: false },
  Unreachable: { code: 'SourceUnreachable', transient: true },
  CertificateInvalid: { code: 'CertificateInvalid', transient: true },
  HostKeyUnknown: { code: 'HostKeyUnknown', transient: true },
  AuthenticationFailed: { code: 'AuthFailed', transient: true },
  RepositoryNotFound: { code: 'RepositoryNotFound', transient: true },
  RefNotFound: { code: 'RefNotFound', transient: true },
  EmptyRepository: { code: 'EmptyRepository', transient: true },
  TooLarge: { code: 'FileTooLarge', transient: false },
  Timeout: { code: 'FetchTimeout', transient: true },
  DiskFull: { code: 'DiskFull', transient: true },
  Corrupt: { code: 'MirrorCorrupt', transient: true },
  VerificationFailed: { code: 'VerificationFailed', transient: true },
  PushRejected: { code: 'SourceUnreachable', transient: true },
  ContentMoved: { code: 'SourceUnreachable', transient: true },
  GitFailed: { code: 'SourceUnreachable', transient: true },
};

export const gitReason = (code: GitErrorCode): GitReason => table[code];

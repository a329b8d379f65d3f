/**
 * Every reason that may stand in a condition, an event or a problem of the product: a stable word, what it means, what to do.
 * `docs/reference/reasons.md` is generated from here.
 */

export interface Reason {
  readonly meaning: string;
  readonly hint: string;
}

const reason = (meaning: string, hint: string): Reason => ({ meaning, hint });

export const reasons = {
  // Good news and work in progress.
  Succeeded: reason('Everything asked for is done.', 'Nothing to do.'),
  Healthy: reason('Every object is healthy.', 'Nothing to do.'),
  HealthySimulated: reason(
    'Every object is healthy, as simulated by the embedded cluster.',
    'On a real cluster the same has to be reported by real controllers.',
  ),
  InSync: reason('The cluster agrees with the manifests.', 'Nothing to do.'),
  Applying: reason('A revision is being applied.', 'Wait, or look at the waves with `lockstep tree`.'),
  Progressing: reason('Applied, but not every object is healthy yet.', 'Wait, or look at the objects with `lockstep tree`.'),
  Pruning: reason('Objects that the source no longer has are being deleted.', 'Wait; objects with finalizers may take a while.'),
  Deleting: reason('The App is being deleted.', 'Wait; `lockstep events` tells what is left.'),
  DependencyNotReady: reason(
    'Something in `dependsOn` is not ready.',
    'Look at the named dependency; `lockstep sync --ignore-dependencies --reason …` goes ahead without it.',
  ),
  DependenciesIgnored: reason(
    'A person said that this revision need not wait for what the App depends on.',
    'Nothing to do; the event holds the reason.',
  ),
  WindowClosed: reason(
    'A new revision or a prune waits for a window of `sync.windows`.',
    'Wait; the message says when it opens. `lockstep sync --reason …` goes ahead now.',
  ),
  WindowsIgnored: reason('A person said that this revision need not wait for a window.', 'Nothing to do; the event holds the reason.'),
  ContractNotReady: reason(
    'What this revision requires does not run yet, or others still need what it replaces.',
    'Wait; the message names the App that has to go first.',
  ),
  ContractUnmet: reason(
    'The versions that the Apps of the environment shall have do not fit together (S21).',
    'The message names both sides; `status.why` has the smallest change that would satisfy them.',
  ),
  ContractConflict: reason('Two Apps provide the same contract to one environment.', 'Remove it from `provides` of one of them.'),
  ContractOrder: reason(
    'The versions fit together, but no order of steps leaves every running requirement met.',
    'Widen requires first: in a commit of its own, let the consumer allow both versions.',
  ),
  InvalidContract: reason('A contract is malformed.', 'A version is semantic (`2.3.0`), a range as Helm reads it (`>=2.1 <3`).'),
  OptionalContractUnmet: reason('An optional requirement is not met.', 'Nothing is refused; the message names what would meet it.'),
  SourceNotReady: reason('The Source has nothing to offer yet.', 'Look at the Source named in `spec.source.name`.'),
  Suspended: reason('Suspended: nothing is changed.', '`lockstep resume` ends it.'),
  RetriesExhausted: reason('The last allowed retry failed.', 'Fix the cause and push, or ask again with `lockstep sync`.'),

  // Sources.
  InvalidSpec: reason('The object breaks a rule of its kind.', 'Correct the field that the message names.'),
  SourceNotFound: reason('There is no Source of that name in the namespace.', 'Create it, or correct `spec.source.name`.'),
  SourceUnreachable: reason(
    'The server of the source does not answer.',
    'Check URL, DNS, proxy and network policies. What was applied stays (S17).',
  ),
  RepositoryNotFound: reason(
    'The server knows no such repository, or hides it from these credentials.',
    'Check the URL and the rights of the credentials.',
  ),
  AuthFailed: reason(
    'The server refused the credentials.',
    'Check the Secret named in `spec.auth.secretRef`: keys `username` and `password`, `bearerToken`, or `identity`.',
  ),
  SecretNotFound: reason('A Secret that is referred to does not exist.', 'Create it in the namespace of the object that names it.'),
  SecretInvalid: reason('A Secret lacks an entry or has a malformed one.', 'Add the missing entry to the Secret, or correct it.'),
  HostKeyUnknown: reason('The SSH host key is not known.', 'Add the host to the entry `known_hosts` of the Secret.'),
  CertificateInvalid: reason('The TLS certificate of the server is not trusted.', 'Add the authority as `ca.crt` to the Secret.'),
  RefNotFound: reason('The repository has no such branch, tag or commit.', 'Check `spec.git.ref`; the message lists similar names.'),
  RefNotAllowed: reason("The App asks for a ref outside the Source's `allowedRefs`.", 'Choose another ref or widen `allowedRefs`.'),
  ChartNotFound: reason('The repository has no chart of that name.', 'Check `spec.source.chart` of the App and the URL of the Source.'),
  DigestMismatch: reason(
    'What the repository sent is not what its digest says.',
    'Nothing of it is used. Ask whoever runs the repository; the message names both digests.',
  ),
  NoMatchingVersion: reason('No tag is in the asked-for range.', 'Check the range; the newest versions are listed in the message.'),
  EmptyRepository: reason('The repository has no commit yet.', 'Push a first commit.'),
  HistoryRewritten: reason(
    'The branch was force-pushed and the Source holds.',
    'Check the new history, then set `spec.git.onRewrite: follow` or ask for a run.',
  ),
  VerificationFailed: reason(
    'A signature is missing or not by a trusted key.',
    'The last verified revision stays. Sign the commit, or add the key.',
  ),
  UnsafeUrl: reason('The URL uses a transport or form that is refused.', 'Use https:// or ssh://.'),
  FetchTimeout: reason(
    'Fetching took too long.',
    'It is tried again. A fetch may take five minutes; see whether the server is slow, or the repository very large.',
  ),
  MirrorCorrupt: reason('The local copy was damaged and is being cloned again.', 'Wait; if it comes back, check the disk.'),
  DiskFull: reason('There is no space left for the local copy.', 'Make room; nothing was changed in the cluster.'),
  Stale: reason('The source could not be looked at for longer than its interval.', 'See the message for the last error.'),

  // Rendering.
  PathNotFound: reason('The source has no such path at this revision.', 'Check `spec.source.path`. Nothing is pruned because of it.'),
  PathEscapes: reason('A path or symbolic link leads out of the source.', 'Keep everything an App reads inside its repository.'),
  NothingRendered: reason('No object came out of the render.', 'Check path, include and exclude. Nothing is pruned because of it.'),
  InvalidYaml: reason('A file is not valid YAML.', 'Correct the file at that line and column, and push.'),
  NotKubernetes: reason('A document lacks apiVersion, kind or metadata.name.', 'Complete it, or leave the file out with `source.exclude`.'),
  BinaryFile: reason('A manifest file is not text.', 'Remove it from the path or exclude it.'),
  FileTooLarge: reason('A file is larger than allowed.', 'Split it, or leave it out with `source.exclude`.'),
  TooManyFiles: reason('The path holds more files than allowed.', 'Narrow the path, or leave files out with `source.exclude`.'),
  TooManyObjects: reason('More objects than allowed.', 'Split the App.'),
  NestedBuilder: reason(
    'A folder of plain manifests holds a chart, a kustomization or a helmfile.',
    'Give that folder an App of its own, or leave it out with `source.exclude`.',
  ),
  DuplicateObject: reason('Two documents of one App describe the same object.', 'Remove one; the message names both places.'),
  RenderFailed: reason('The builder refused its input.', 'Correct it at the place that the message names, and push.'),
  DependenciesMissing: reason(
    'The Chart.yaml names a chart that is neither in `charts/` nor to be had.',
    'Put it into `charts/` (`lockstep helm dependency build`), or allow its repository: `spec.allowedRemotes` of the Platform, or `lockstep up --allow-remote`.',
  ),
  KustomizeFailed: reason(
    'Kustomize refuses the kustomization, or a file that it names.',
    'Correct the file that the message names, or the entry of the kustomization that leads to it, and push; `lockstep kustomize build` repeats it.',
  ),
  VariableNotSet: reason('A `${NAME}` has no value and no default.', 'Set it in `build.variables`, or write `$${NAME}` to keep the text.'),
  InvalidSubstitution: reason('A `${…}` expression is malformed.', 'See the substitution reference; `$$` writes a dollar sign.'),
  VariablesNotFound: reason(
    'A ConfigMap or Secret that variables come from does not exist.',
    'Create it, or mark the reference `optional: true`.',
  ),
  ValuesNotFound: reason(
    'A ConfigMap, Secret or file that values come from does not exist.',
    'Create it, or mark the reference `optional: true`.',
  ),
  BudgetExceeded: reason(
    'The input needs more steps, bytes or depth than allowed.',
    'Simplify it: fewer and smaller steps from one file to the next.',
  ),

  // Secrets in Git.
  DecryptFailed: reason(
    'An encrypted file cannot be opened: it was changed, cut off, or is for other keys.',
    'Name one of the keys it is for in `spec.decrypt.keys`, or encrypt it again. Nothing of the App is applied until it opens.',
  ),
  DecryptKeyNotFound: reason('A key that the App names does not exist.', 'Create the Secret that the message names.'),
  DecryptKeyInvalid: reason(
    'A Secret that should hold a key holds none that can be read.',
    'Put an age identity, an armored PGP key without passphrase or a PEM private key into it.',
  ),
  DecryptKeyUnavailable: reason(
    'The Vault that keeps the key does not answer, or refuses the token. It is asked again.',
    'See the message; what was applied stays.',
  ),
  DecryptKeyRefused: reason('The platform does not lend this key to the App.', 'Ask the platform team, or name a key of your own.'),
  StillEncrypted: reason('An object is still encrypted and would be applied so.', 'Name the key in `spec.decrypt.keys`.'),
  UnsealFailed: reason(
    'A SealedSecret cannot be opened with any key of this cluster, for this name and namespace.',
    'Seal it again with the certificate of this cluster: `lockstep seal`.',
  ),
  KeyNotBackedUp: reason(
    'A sealing key was never exported: a lost cluster loses it, and with it everything sealed for it.',
    '`lockstep secrets sealing-keys export --output FILE`, and keep the file in a safe place.',
  ),
  SealedSecretsContested: reason(
    'The original controller of Sealed Secrets runs in this cluster, and two would fight.',
    'Set `spec.secrets.sealedSecrets` of the Platform to `takeOver` or `leave`.',
  ),
  PlainSecretInGit: reason(
    'Values of a Secret stand in clear in Git.',
    'Change the values, then seal or encrypt the file: the message has the command.',
  ),

  // Channels.
  ChannelInvalid: reason(
    'The Channel or its Secret lacks something, or a template fails.',
    'The message names it; `lockstep channels test-send` tries again.',
  ),
  ChannelRefused: reason(
    'The receiver refuses the news.',
    'Check address, token and rights with `lockstep channels preview` and `test-send`; `lockstep channels retry` sends what was given up.',
  ),
  ChannelUnavailable: reason(
    'The receiver does not answer, or asks for patience.',
    'Wait; it is tried again with growing delays, ten times.',
  ),

  // Planning.
  UnknownKind: reason(
    'The cluster does not serve this kind.',
    'Install its CRD (in this App or one it depends on), or correct apiVersion and kind.',
  ),
  SchemaError: reason('An object does not fit its schema.', 'Correct the field that the message names.'),
  InvalidObject: reason('The API server calls the object invalid.', 'Correct the object in the source; the words are the server’s.'),
  NamespaceMissing: reason('The namespace of an object does not exist.', 'Add it to the manifests, or use `spec.target.createNamespace`.'),
  OwnedByOther: reason('The object belongs to another App or tool (S13).', 'Remove it from one of them; the message names the owner.'),
  AdoptionRefused: reason('The object exists and may not be taken over (S9).', 'Set `sync.adopt`, or hand it over with the named command.'),
  PruneNeedsApproval: reason(
    'The plan deletes more, or more precious things, than is done without asking (S3).',
    'Look with `lockstep plan`, then `lockstep approve`.',
  ),
  DiscoveryFailed: reason(
    'The cluster cannot tell now which kinds a group has (S3).',
    'Look at the APIService of the group; it is asked again.',
  ),
  WaitingForOwner: reason(
    'Another App owns an object, and is not rendered at this revision yet (S4).',
    'Wait; if that App cannot be rendered, see what it says.',
  ),
  PruneRefused: reason(
    'Something may not be deleted while others depend on it (S3).',
    'Remove what the message lists, or keep the object: `lockstep.dev/prune: disabled`.',
  ),
  ApprovalNeeded: reason('The plan waits for a person.', '`lockstep plan` shows it, `lockstep approve` lets it through.'),
  PlanStale: reason('The approved plan no longer fits what is there (S2).', 'Look at the new plan and approve it.'),
  MoveRefused: reason(
    'Changing target (namespace or cluster) or release name would leave the old objects behind (S4).',
    'Annotate the App `lockstep.dev/move: allowed`.',
  ),
  DependencyCycle: reason('Dependencies run in a circle.', 'Remove one of the dependencies in that path.'),
  InvalidWave: reason('An annotation for the order is malformed.', '`lockstep.dev/wave` is a whole number in quotes.'),
  InvalidAnnotation: reason('An annotation of ours has an unknown value.', 'The message lists the known ones.'),
  RuleInvalid: reason(
    'An expression, a pattern or a schedule does not compile.',
    'Correct the expression at the place that the message names.',
  ),
  DowngradeNeedsApproval: reason('A floating reference now resolves to a lower version (S16).', 'Pin the version, or approve.'),

  // Applying.
  ApplyFailed: reason(
    'The API server refused a change.',
    'It is tried again; nothing is pruned until it succeeds. The words are the server’s.',
  ),
  ImmutableField: reason(
    'A field that cannot be changed differs.',
    'Annotate the object `lockstep.dev/recreate: allowed`, or set `sync.recreate`.',
  ),
  FieldConflict: reason(
    'Another field manager owns a field and `sync.conflicts` is `fail`.',
    'Leave the field out, or choose `take` or `yield`.',
  ),
  Forbidden: reason('The ServiceAccount lacks a right.', 'Grant it to the ServiceAccount, or set another `spec.serviceAccountName`.'),
  NoIdentity: reason(
    'The ServiceAccount to act as does not exist (S11).',
    "Create it in the App's namespace of the target cluster, or set `spec.serviceAccountName`.",
  ),
  ClusterUnreachable: reason(
    'The API server does not answer.',
    'It is tried again; see that the API server is up. Other clusters are not affected.',
  ),
  ClusterIdentityChanged: reason(
    'Another cluster answers behind the same address (S5).',
    'Check the kubeconfig: nothing is written until the old cluster is back. If the old cluster is gone for good, delete the App with `onDelete: orphan` and create it anew.',
  ),
  TargetClusterNotFound: reason(
    'There is no such TargetCluster, or its owner does not let this namespace use it (S22).',
    "Create it in the App's namespace, or add that namespace to `spec.allowedNamespaces` of the one in Lockstep's own namespace.",
  ),
  KubeconfigInvalid: reason(
    'The kubeconfig of a TargetCluster cannot be used.',
    'Correct the kubeconfig. Programs (`exec`), files and unverified TLS are refused; give certificates and tokens as data.',
  ),
  DuplicateCluster: reason(
    'Two names stand for one cluster, so that what one of them delivers could be pruned by the other.',
    'Delete one of the TargetClusters; for the cluster that Lockstep lives in leave `spec.target.cluster` out.',
  ),
  ServerOverloaded: reason('The API server asks for patience (429 or 5xx).', 'Wait; it is tried again more slowly.'),
  WebhookFailed: reason(
    'An admission webhook failed or refused.',
    'See that the webhook answers, or do what it asks for; it is tried again.',
  ),

  // Releases, hooks and tests.
  HooksRunning: reason('A hook of the release or of the App runs.', 'Wait; it is given up at the named time.'),
  HookFailed: reason('A hook failed.', 'Read its logs with `lockstep events` or kubectl; fix the chart or what the hook needs.'),
  TestsRunning: reason('The tests of the revision run.', 'Wait; they are given up at the named time.'),
  TestsSucceeded: reason('Every test of the revision succeeded.', 'Nothing to do.'),
  TestFailed: reason('A test failed.', 'Read its logs with `lockstep events`; fix what it tests, or the test.'),
  ReleaseLocked: reason('Another tool is installing or upgrading the Helm release right now.', 'Wait, or end the work of the other tool.'),
  ReleaseFailed: reason('A revision of the Helm release failed.', 'It is tried again at the named time, or push a fix.'),
  ReleaseTooLarge: reason(
    'The record of the Helm release would not fit into a Secret (1 MiB).',
    'Make the chart smaller (`.helmignore`), or set `build.helm.mode: template`.',
  ),
  ReleaseUnreadable: reason(
    'A record of the Helm release cannot be read.',
    'Delete or mend the Secret that the message names; nothing is changed until then.',
  ),
  Unmanaged: reason(
    'A revision of the Helm release was made by somebody else (S20).',
    'It is upgraded back to what Git says; suspend the App to keep it.',
  ),
  RolledBack: reason('A revision failed and the release went back to the one before.', 'Push a fix.'),

  // Afterwards.
  HealthTimeout: reason(
    'Not healthy within `health.timeout`.',
    'Look at it with `lockstep tree`; mend it, or give it more time: `health.timeout`.',
  ),
  Degraded: reason('An object failed.', 'Look at it with `lockstep tree`; its events and logs say more.'),
  HealthUnknown: reason('The health of an object cannot be told.', 'It is looked at again; Unknown is never counted as healthy.'),
  Missing: reason('An object is gone.', 'It is put back unless healing is off or the App is suspended.'),
  Drifted: reason('The cluster differs from the manifests.', '`status.drift` names object, fields and manager.'),
  Contested: reason('Another controller keeps changing a field back (S8).', 'Leave the field out of Git, or stop the other controller.'),
  Pinned: reason('Held at the last good revision (S7).', 'Push a fix.'),
  FloatingReference: reason('Something is named by a version that may move (S16).', 'Pin it by digest or commit.'),
  DeletionNeedsConfirmation: reason(
    'The App is to be deleted and its objects would go with it (S14).',
    'Annotate it `lockstep.dev/confirmDeletion: prune` or `orphan`, or approve that plan.',
  ),
  InventoryLost: reason('The record of owned objects is being rebuilt (S6).', 'Wait; nothing is pruned until then.'),
  Unsupported: reason('The input uses something that is not supported.', 'Leave it out: this version of Lockstep cannot do it.'),
  InternalError: reason('A bug.', 'Report it with the message.'),
} as const satisfies { readonly [code: string]: Reason };

export type ReasonCode = keyof typeof reasons;

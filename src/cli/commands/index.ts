/** Every command, by name. Each is its own chunk, loaded only when it is called, so that start-up stays short. */
import type { Command, CommandEntry } from '../command.ts';

// A command has exact flag types of its own; here it is only used through its table, so they are widened.
const widen = (command: unknown): Command => command as Command;

type Row = readonly [name: string, summary: string, load: () => Promise<unknown>];

const group = (title: string, rows: readonly Row[]): CommandEntry[] =>
  rows.map(([name, summary, load]) => ({ name, group: title, summary, load: async () => widen(await load()) }));

export const COMMANDS: readonly CommandEntry[] = [
  ...group('Run', [
    ['demo', 'Run everything on an example: cluster, controllers, Git host', async () => (await import('./demo.ts')).demo],
    ['up', 'Run Lockstep, on the embedded cluster or on a real one', async () => (await import('./up.ts')).up],
    ['cluster', 'Serve an embedded Kubernetes API and print its kubeconfig', async () => (await import('./cluster.ts')).cluster],
  ]),
  ...group('Install', [
    ['install', 'Install Lockstep in a cluster, or print its manifests', async () => (await import('./install.ts')).install],
    [
      'bootstrap',
      'Install Lockstep from a Git repository that it follows itself from then on',
      async () => (await import('./bootstrap.ts')).bootstrap,
    ],
    [
      'uninstall',
      'Take Lockstep out of a cluster; everything it delivered runs on',
      async () => (await import('./uninstall.ts')).uninstall,
    ],
    ['doctor', 'Look a set-up over, and say what is wrong and what to do', async () => (await import('./doctor.ts')).doctor],
  ]),
  ...group('Look', [
    ['get', 'List Apps, or any other type of object', async () => (await import('./get.ts')).get],
    ['tree', 'Show what an App owns, and the health of each object', async () => (await import('./tree.ts')).tree],
    ['why', 'Say in one sentence what an App waits for, since when, and what to do', async () => (await import('./why.ts')).why],
    [
      'rehearse',
      'Build the whole system of a revision from nothing, in memory, and say what becomes of it',
      async () => (await import('./rehearse.ts')).rehearse,
    ],
    [
      'graph',
      'Show the system as a graph: Apps, contracts, dependencies, what waits for what',
      async () => (await import('./graph.ts')).graph,
    ],
    ['plan', 'Show what would change, field by field, and which rule forbids what', async () => (await import('./plan.ts')).plan],
    ['diff', 'The same as plan', async () => (await import('./plan.ts')).diff],
    ['events', 'Show the events of Apps and Sources', async () => (await import('./events.ts')).events],
    ['logs', "Print the logs of an App's Pods", async () => (await import('./logs.ts')).logs],
  ]),
  ...group('History', [
    ['history', 'Show what happened, or what ran at a moment', async () => (await import('./history.ts')).history],
    ['when', 'Show when versions ran, alone or together', async () => (await import('./when.ts')).when],
    ['where', 'Show where a commit or an image is live, where it waits, and why', async () => (await import('./where.ts')).where],
    ['wait', 'Wait until a commit is live and ready wherever it concerns', async () => (await import('./wait.ts')).wait],
    ['blame', 'Show which commit put a value into a field', async () => (await import('./blame.ts')).blame],
  ]),
  ...group('Act', [
    ['sync', 'Ask for an App to be fetched, planned and applied now', async () => (await import('./sync.ts')).sync],
    ['test', 'Run the tests of one App or of all, in the order of their dependencies', async () => (await import('./test.ts')).test],
    ['approve', 'Approve the plan that an App waits with', async () => (await import('./approve.ts')).approve],
    ['rollback', 'Commit the files of an App as they were at an earlier revision', async () => (await import('./rollback.ts')).rollback],
    ['set image', 'Commit another version of an image of an App', async () => (await import('./set-image.ts')).setImage],
    ['set version', "Commit another version of an App's chart", async () => (await import('./set-version.ts')).setVersion],
    ['set values', "Commit other values of an App's chart", async () => (await import('./set-values.ts')).setValues],
    ['suspend', 'Stop applying, healing and pruning an App', async () => (await import('./suspend.ts')).suspend],
    ['resume', 'End the suspension of an App', async () => (await import('./suspend.ts')).resume],
    ['apply', 'Apply files to the cluster by hand', async () => (await import('./apply.ts')).apply],
  ]),
  ...group('News', [
    ['channels list', 'List Channels, and the news they had to give up', async () => (await import('./channels-list.ts')).channelsList],
    ['channels preview', 'Print what a Channel would send', async () => (await import('./channels-preview.ts')).channelsPreview],
    [
      'channels test-send',
      'Have a Channel send a test message, and say whether it was taken',
      async () => (await import('./channels-send.ts')).channelsTestSend,
    ],
    ['channels retry', 'Send the dead letters of a Channel again', async () => (await import('./channels-send.ts')).channelsRetry],
  ]),
  ...group('Kustomize', [
    [
      'kustomize build',
      'Build a kustomization and print it as kustomize does',
      async () => (await import('./kustomize-build.ts')).kustomizeBuild,
    ],
  ]),
  ...group('Helm', [
    ['helm template', 'Render a chart locally and print it as Helm does', async () => (await import('./helm-template.ts')).helmTemplate],
    ['helm install', 'Install a chart as a release, as Helm does', async () => (await import('./helm-install.ts')).helmInstall],
    [
      'helm upgrade',
      'Upgrade a release to another chart or other values, as Helm does',
      async () => (await import('./helm-upgrade.ts')).helmUpgrade,
    ],
    [
      'helm rollback',
      'Roll a release back to an earlier revision, as Helm does',
      async () => (await import('./helm-rollback.ts')).helmRollback,
    ],
    ['helm uninstall', 'Uninstall releases, as Helm does', async () => (await import('./helm-uninstall.ts')).helmUninstall],
    ['helm test', 'Run the tests of a release, as Helm does', async () => (await import('./helm-test.ts')).helmTest],
    ['helm list', 'List Helm releases', async () => (await import('./helm-list.ts')).helmList],
    ['helm history', 'Show the revisions of a Helm release', async () => (await import('./helm-history.ts')).helmHistory],
    ['helm status', 'Show the status of a Helm release', async () => (await import('./helm-status.ts')).helmStatus],
    [
      'helm get',
      'Show a part of a Helm release: values, manifest, notes, hooks, metadata, or all',
      async () => (await import('./helm-status.ts')).helmGet,
    ],
    ['helm lint', 'Examine charts for possible issues, as Helm does', async () => (await import('./helm-lint.ts')).helmLint],
    ['helm unittest', 'Run the helm-unittest suites of charts', async () => (await import('./helm-unittest.ts')).helmUnittest],
    ['helm show', 'Show the metadata, values, README or CRDs of a chart', async () => (await import('./helm-show.ts')).helmShow],
    ['helm dependency', 'List, build or update what a chart depends on', async () => (await import('./helm-dependency.ts')).helmDependency],
    ['helm package', 'Pack a chart into an archive', async () => (await import('./helm-package.ts')).helmPackage],
    ['helm pull', 'Download a chart from a repository or a registry', async () => (await import('./helm-pull.ts')).helmPull],
    ['helm push', 'Upload a packaged chart to a registry', async () => (await import('./helm-push.ts')).helmPush],
    ['helm verify', 'Verify the signature of a packaged chart', async () => (await import('./helm-verify.ts')).helmVerify],
  ]),
  ...group('Secrets', [
    ['seal', 'Seal a Secret so that it can stay in Git, as kubeseal does', async () => (await import('./seal.ts')).seal],
    ['secrets encrypt', 'Encrypt a file with SOPS', async () => (await import('./secrets-encrypt.ts')).secretsEncrypt],
    [
      'secrets decrypt',
      'Decrypt a file that SOPS encrypted, or git-secret hid',
      async () => (await import('./secrets-decrypt.ts')).secretsDecrypt,
    ],
    [
      'secrets reseal',
      'Seal every SealedSecret of a clone again, for the newest key',
      async () => (await import('./secrets-reseal.ts')).secretsReseal,
    ],
    [
      'secrets sealing-keys list',
      'List the keys that open SealedSecrets in this cluster',
      async () => (await import('./sealing-keys-list.ts')).sealingKeysList,
    ],
    [
      'secrets sealing-keys export',
      'Save the keys that open SealedSecrets',
      async () => (await import('./sealing-keys-export.ts')).sealingKeysExport,
    ],
    [
      'secrets sealing-keys import',
      'Bring keys that open SealedSecrets into this cluster',
      async () => (await import('./sealing-keys-import.ts')).sealingKeysImport,
    ],
    ['secrets sealing-keys renew', 'Make a new key to seal with', async () => (await import('./sealing-keys-renew.ts')).sealingKeysRenew],
    ['secrets rotate', 'Encrypt a SOPS file again with a new data key', async () => (await import('./secrets-rotate.ts')).secretsRotate],
    [
      'secrets updatekeys',
      'Give a SOPS file the keys of .sops.yaml',
      async () => (await import('./secrets-updatekeys.ts')).secretsUpdatekeys,
    ],
    ['secrets edit', 'Edit an encrypted file with $EDITOR', async () => (await import('./secrets-edit.ts')).secretsEdit],
    ['secrets keys', 'List the keys of an encrypted file, or make an age key', async () => (await import('./secrets-keys.ts')).secretsKeys],
  ]),
  ...group('Other', [
    [
      'user',
      'Add a local user of the dashboard, or give one a new password; the password is read from standard input',
      async () => (await import('./user.ts')).user,
    ],
    ['version', 'Print the version', async () => (await import('./version.ts')).version],
    ['completion', 'Print a completion script for bash, zsh or fish', async () => (await import('./completion.ts')).completion],
  ]),
];

/** What Git, registries, repositories of charts, clusters and senders of webhooks say: bytes from programs and people nobody here controls. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { packArchive, unpackArchive } from '../../../../src/adapters/charts/index.ts';
import { CatFileOutput } from '../../../../src/adapters/git/cat-file-output.ts';
import { checkRefName, localRef, remoteName } from '../../../../src/adapters/git/names.ts';
import { parseCommit, parseTree } from '../../../../src/adapters/git/objects.ts';
import { parseRemote } from '../../../../src/adapters/git/url.ts';
import { splitCommit, splitTag } from '../../../../src/adapters/git/verify/signed-object.ts';
import { parseSigners } from '../../../../src/adapters/git/verify/ssh-key.ts';
import { readIndex } from '../../../../src/adapters/helm-repo/index.ts';
import { parseKubeconfig } from '../../../../src/adapters/kube/index.ts';
import { parseManifest, parseReference } from '../../../../src/adapters/registry/index.ts';
import { parseChallenges } from '../../../../src/adapters/registry/challenge.ts';
import { systemClock } from '../../../../src/adapters/system/index.ts';
import { concerns, repositoryPlace } from '../../../../src/api/index.ts';
import { readArchive } from '../../../../src/core/chart/load/index.ts';
import type { Json } from '../../../../src/core/object/index.ts';
import { decode, goYamlV3 } from '../../../../src/core/yaml/index.ts';
import type { Delivery } from '../../../../src/server/hooks/delivery.ts';
import { senderOf } from '../../../../src/server/hooks/senders.table.ts';
import { err, ok } from '../../../../src/std/index.ts';
import { promised, type Target } from '../target.ts';

const id = '0123456789abcdef0123456789abcdef01234567';
const commit = `tree ${id}\nparent ${id}\nauthor Ada <ada@example.com> 1700000000 +0100\ncommitter Ada <ada@example.com> 1700000000 +0100\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n\nfix: a\n\nbody\n`;
const tree = `100644 a.yaml\0${'\x01'.repeat(20)}40000 dir\0${'\x02'.repeat(20)}120000 link\0${'\x03'.repeat(20)}`;

const kubeconfig = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u, namespace: n}}]
clusters: [{name: k, cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: YQ==, tls-server-name: x}}]
users: [{name: u, user: {token: t, client-certificate-data: YQ==, client-key-data: YQ==, exec: {command: x, apiVersion: v1}}}]
`;

const index = `apiVersion: v1
entries:
  web:
  - name: web
    version: 1.2.3
    digest: ${'ab'.repeat(32)}
    urls: [web-1.2.3.tgz]
  "odd name":
  - {name: x, version: 1.0.0, urls: ["https://a/b"]}
generated: "2026-01-01T00:00:00Z"
`;

const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 2 },
  layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', digest: `sha256:${'b'.repeat(64)}`, size: 3 }],
});

const payloads = [
  { repository: { clone_url: 'https://github.com/a/b.git', ssh_url: 'git@github.com:a/b.git' }, ref: 'refs/heads/main' },
  { object_kind: 'push', project: { git_http_url: 'https://gitlab.com/a/b.git', web_url: 'https://gitlab.com/a/b' } },
  {
    repository: {
      links: { clone: [{ href: 'https://bitbucket.org/a/b.git' }], html: { href: 'https://x' } },
      project: { key: 'K' },
      slug: 's',
    },
  },
  { events: [{ action: 'push', request: { host: 'r.example.com' }, target: { repository: 'a/b' } }] },
  { type: 'PUSH_ARTIFACT', event_data: { resources: [{ resource_url: 'r.example.com/a/b:1' }], repository: { repo_full_name: 'a/b' } } },
  {
    package: {
      name: 'p',
      namespace: 'o',
      package_version: { package_url: 'ghcr.io/o/p:1' },
      owner: { login: 'o' },
      html_url: 'https://g/x',
    },
  },
  { docker_url: 'quay.io/a/b', component: { name: 'c' }, push_data: { tag: '1' }, callback_url: 'https://x' },
].map((payload) => JSON.stringify(payload));

const senders = [
  'gitea',
  'github',
  'gitlab',
  'bitbucket',
  'nexus',
  'distribution',
  'dockerhub',
  'harbor',
  'quay',
  'acr',
  'generic',
] as const;
const events = { 'x-github-event': 'push', 'x-gitea-event': 'package', 'x-event-key': 'repo:push', 'content-type': 'application/json' };

function readPayload(bytes: Buffer): void {
  let payload: Json;
  try {
    payload = JSON.parse(bytes.toString('utf8')) as Json;
  } catch {
    return;
  }
  for (const name of senders) {
    for (const headers of [
      events,
      { ...events, 'x-github-event': 'package', 'x-event-key': 'repo:refs_changed', 'x-gitea-event': 'push' },
    ]) {
      const hint = senderOf(headers, name)?.read(payload, headers);
      if (hint?.kind === 'moved') concerns('https://github.com/a/b.git', hint.moved);
    }
  }
}

/** Headers a line each, then the body. */
function verifyDelivery(bytes: Buffer): void {
  const lines = bytes.toString('latin1').split('\n');
  const headers = Object.fromEntries(
    lines.slice(0, 6).flatMap((line) => (line.includes(': ') ? [line.split(': ', 2) as [string, string]] : [])),
  );
  const delivery: Delivery = { headers, body: Buffer.from(lines.slice(6).join('\n')), now: 1_700_000_000_000, token: lines[6] ?? '' };
  for (const name of senders)
    promised(senderOf(headers, name)?.verify(delivery, 'a key nobody knows') === false, 'no input is genuine by chance');
}

const archive = gunzipSync(
  packArchive('c', [{ path: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\nname: c\nversion: 1.0.0\n') }], 0),
).toString('latin1');

export const outside: readonly Target[] = [
  {
    name: 'git names and addresses',
    seeds: [
      'feature/a.b-c',
      'v1.2.3',
      'https://user@git.example.com:8443/a/b.git',
      'git@host:a/b.git',
      'ssh://git@host/~a/b',
      'file:///x',
      id,
    ],
    words: [
      '-',
      '..',
      '@{',
      '.lock',
      '//',
      ':',
      '~',
      '^',
      '\\',
      '%2f',
      '::',
      'ext::sh',
      '--upload-pack=x',
      '[::1]',
      '@',
      '?',
      '#',
      'refs/heads/',
    ],
    read: (bytes) => {
      const text = bytes.toString('utf8');
      const name = checkRefName(text);
      if (name.ok) {
        promised(!text.startsWith('-') && !text.includes('..'), 'a name is no option and no range');
        promised(remoteName(localRef('heads', text)) === text, 'a name comes back from the mirror');
      }
      const remote = parseRemote(text, { local: false });
      if (remote.ok)
        promised(/^(https?|ssh):/.test(remote.value.url) || /^[\w.@-]+:/.test(remote.value.url), 'no helper, no option, no path');
      repositoryPlace(text);
      concerns(text, { urls: [text, 'https://a/b'], paths: [text] });
      parseReference(text);
      parseChallenges(text);
    },
  },
  {
    name: 'git objects',
    seeds: [
      commit,
      tree,
      `object ${id}\ntype commit\ntag v1\ntagger A <a@b> 1 +0000\n\nm\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n`,
    ],
    words: ['tree ', 'parent ', 'author ', 'gpgsig ', '\n\n', '\n ', '-----BEGIN SSH SIGNATURE-----', '100644 ', '40000 ', '\0', '<', '> '],
    read: (bytes) => {
      parseCommit(id, bytes);
      splitCommit(bytes);
      splitTag(bytes);
      try {
        parseTree(bytes, 20);
      } catch (error) {
        promised(error instanceof Error && error.message === 'a tree object is damaged', 'damage has a name');
      }
    },
  },
  {
    name: 'git cat-file',
    seeds: [`${id} blob 5\nhello\n${id} tree 0\n\nx missing\n`, `${id} commit 3\nabc\nHEAD ambiguous\n`],
    words: [`${id} blob `, '99999999999999999999', '4294967296', ' missing\n', '\n', '-1', ' tag 2\n'],
    read: (bytes) => {
      for (const mode of ['contents', 'info'] as const) {
        const output = new CatFileOutput({ mode: () => mode, found: () => undefined, objectSize: 1 << 20 });
        for (let at = 0; at < bytes.length; at += 7) output.push(bytes.subarray(at, at + 7));
      }
    },
  },
  {
    name: 'allowed signers',
    seeds: ['ada@example.com namespaces="git",valid-after="20260101" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ comment\n# c\n'],
    words: ['"', ',', 'cert-authority', 'valid-before="9999"', 'ssh-rsa ', 'ecdsa-sha2-nistp256 ', ' ', '*@x'],
    read: (bytes) => void parseSigners([bytes.toString('utf8')]),
  },
  {
    name: 'kubeconfig',
    seeds: [kubeconfig],
    words: [
      'exec: ',
      'command: sh',
      'client-certificate: /etc/passwd',
      'tokenFile: x',
      'insecure-skip-tls-verify: true',
      'proxy-url: ',
      'auth-provider: {name: gcp}',
      'null',
      '[]',
      '{}',
      'server: "x"',
    ],
    read: async (bytes) => {
      const parse = (text: string) => {
        const read = decode(text, { variant: goYamlV3 });
        return read.ok ? ok(read.value) : err(read.error.message);
      };
      const found = await parseKubeconfig(bytes.toString('utf8'), parse, { clock: systemClock() });
      if (!found.ok) promised(found.error.message !== '', 'an error has words');
    },
  },
  {
    name: 'index of charts',
    seeds: [index],
    words: [
      'entries:\n',
      '  web:\n',
      '  - name: ',
      'urls: ',
      'version: ',
      '---\n',
      '%',
      '\t',
      '{',
      '"',
      '&a ',
      '*a',
      '\r\n',
      'generated: ',
    ],
    read: (bytes) => {
      const read = readIndex(bytes.toString('utf8'));
      if (read.ok) for (const name of ['web', 'odd name', '__proto__']) read.value.versions(name);
    },
  },
  {
    name: 'registry manifests',
    seeds: [manifest],
    words: ['"layers":', 'null', '[]', '{}', '"size":-1', '"digest":"sha256:', '"mediaType":', '"annotations":[]', '"config":7'],
    read: (bytes) => void parseManifest(bytes),
  },
  {
    name: 'archives',
    // As latin1 text: the tar inside, which is compressed again for the readers.
    seeds: [archive],
    words: ['ustar\0', '../../x', '\0\0\0\0', 'PaxHeader', '30 path=../../../../etc/passwd\n', '7777777', 'L', 'x', '2', '5'],
    read: async (bytes) => {
      const packed = gzipSync(Buffer.from(bytes.toString('utf8'), 'latin1'), { level: 1 });
      const files = await unpackArchive(packed);
      if (files.ok)
        promised(
          [...files.value.keys()].every((path) => !path.startsWith('/') && !path.split('/').includes('..')),
          'paths stay inside',
        );
      readArchive(packed);
      readArchive(bytes);
      await unpackArchive(bytes);
    },
  },
  {
    name: 'webhook payloads',
    seeds: payloads,
    words: [
      '"repository":',
      '"clone_url":',
      '"links":',
      'null',
      '[]',
      '{}',
      '7',
      '"events":[',
      '"href":',
      '"package":',
      ':a@b',
      'https://',
    ],
    read: readPayload,
  },
  {
    name: 'webhook signatures',
    seeds: [
      `x-github-event: push\nx-hub-signature-256: sha256=${'a'.repeat(64)}\nx-hub-signature: sha256=00\nx-gitlab-token: t\nx-signature: sha512=ff\nauthorization: Bearer x\n{}`,
      'webhook-id: a\nwebhook-timestamp: 1700000000\nwebhook-signature: v1,AAAA v1,BBBB\nx-gitea-signature: 00\nx-nexus-webhook-signature: 00\nx: y\n{}',
    ],
    words: ['sha256=', 'sha1=', 'v1,', ',', '=', ' ', 'Basic ', 'Bearer ', 'whsec_', '1e9'],
    read: verifyDelivery,
  },
];

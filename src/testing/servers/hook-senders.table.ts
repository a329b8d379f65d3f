/**
 * Deliveries as each host makes them: headers, signature, and a body of its form with the fields that matter. Written from the hosts' public documentation.
 */
import { createHmac } from 'node:crypto';

export interface MadeDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Last part of the address, for senders that cannot sign. */
  readonly token?: string;
}

const hex = (algorithm: string, key: string, body: string): string => createHmac(algorithm, key).update(body).digest('hex');

const JSON_TYPE = { 'content-type': 'application/json' };

const refs = { ref: 'refs/heads/main', before: '0'.repeat(40), after: '5e3c' + 'a'.repeat(36) };

const gitHubRepository = {
  id: 1,
  name: 'config',
  full_name: 'shop/config',
  private: true,
  html_url: 'https://github.com/shop/config',
  git_url: 'git://github.com/shop/config.git',
  ssh_url: 'git@github.com:shop/config.git',
  clone_url: 'https://github.com/shop/config.git',
  default_branch: 'main',
};

/** One way to sign one body. */
export type Make = (key: string, now: number) => MadeDelivery;

const github =
  (event: string, payload: unknown, form = false): Make =>
  (key) => {
    const body = form ? `payload=${encodeURIComponent(JSON.stringify(payload))}` : JSON.stringify(payload);
    return {
      headers: {
        'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-event': event,
        'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        'x-hub-signature': `sha1=${hex('sha1', key, body)}`,
        'x-hub-signature-256': `sha256=${hex('sha256', key, body)}`,
      },
      body,
    };
  };

const gitlabPush = (kind: string): unknown => ({
  object_kind: kind,
  event_name: kind,
  ...refs,
  project: {
    id: 15,
    name: 'Config',
    web_url: 'https://gitlab.example.com/shop/config',
    git_ssh_url: 'git@gitlab.example.com:shop/config.git',
    git_http_url: 'https://gitlab.example.com/shop/config.git',
    path_with_namespace: 'shop/config',
  },
  repository: { name: 'Config', url: 'git@gitlab.example.com:shop/config.git' },
});

const gitlab =
  (event: string, payload: unknown): Make =>
  (key) => ({ headers: { ...JSON_TYPE, 'x-gitlab-event': event, 'x-gitlab-token': key }, body: JSON.stringify(payload) });

const standard = (key: string, now: number, body: string): Record<string, string> => {
  const [id, timestamp] = ['msg_2Lh9', String(Math.floor(now / 1000))];
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice(6), 'base64') : key;
  const signature = createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,b2xkIGtleQ== v1,${signature}` };
};

const gitlabSigned: Make = (key, now) => {
  const body = JSON.stringify(gitlabPush('push'));
  return { headers: { ...JSON_TYPE, 'x-gitlab-event': 'Push Hook', ...standard(key, now, body) }, body };
};

const gitea =
  (name: 'gitea' | 'forgejo' | 'gogs', event: string, payload: unknown): Make =>
  (key) => {
    const body = JSON.stringify(payload);
    const signature = hex('sha256', key, body);
    const imitated = { 'x-github-event': event, 'x-hub-signature-256': `sha256=${signature}` };
    return { headers: { ...JSON_TYPE, ...imitated, [`x-${name}-event`]: event, [`x-${name}-signature`]: signature }, body };
  };

const giteaPush = {
  ...refs,
  repository: {
    full_name: 'shop/config',
    html_url: 'https://git.example.com/shop/config',
    ssh_url: 'ssh://git@git.example.com:2222/shop/config.git',
    clone_url: 'https://git.example.com/shop/config.git',
  },
};

const bitbucket =
  (event: string, payload: unknown): Make =>
  (key) => {
    const body = JSON.stringify(payload);
    return { headers: { ...JSON_TYPE, 'x-event-key': event, 'x-hub-signature': `sha256=${hex('sha256', key, body)}` }, body };
  };

const unsigned =
  (payload: unknown, type = 'application/json'): Make =>
  (key) => ({ headers: { 'content-type': type }, body: JSON.stringify(payload), token: key });

const authorised =
  (payload: unknown, prefix = ''): Make =>
  (key) => ({ headers: { ...JSON_TYPE, authorization: `${prefix}${key}` }, body: JSON.stringify(payload) });

const nexus: Make = (key) => {
  const body = JSON.stringify({
    action: 'CREATED',
    repositoryName: 'docker',
    component: { format: 'docker', name: 'shop/web', version: '1.2' },
  });
  return { headers: { ...JSON_TYPE, 'x-nexus-webhook-signature': hex('sha1', key, body) }, body };
};

const generic =
  (payload: unknown, algorithm = 'sha256'): Make =>
  (key) => {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { headers: { ...JSON_TYPE, 'x-signature': `${algorithm}=${hex(algorithm, key, body)}` }, body };
  };

const genericStandard: Make = (key, now) => ({
  headers: { ...JSON_TYPE, ...standard(key, now, '{"url":"https://git.example.com/shop/config"}') },
  body: '{"url":"https://git.example.com/shop/config"}',
});

/** As the conformance folder of the CDEvents specification has them, with the repository of the tests. */
const cdevent = (type: string, subject: object) => ({
  context: {
    version: '0.4.1',
    id: '271069a8-fc18-44f1-b38f-9d70a1695819',
    source: '/event/source/123',
    type,
    timestamp: '2023-03-20T14:27:05.315384Z',
  },
  subject: { id: 'mySubject123', source: '/event/source/123', type: type.split('.')[2], ...subject },
});

const asCloudEvent =
  (event: { readonly context: { readonly type: string } }, structured = false): Make =>
  (key) => {
    const { type } = event.context;
    const body = JSON.stringify(structured ? { specversion: '1.0', id: '1', source: '/a', type, data: event } : event);
    const headers = structured ? { 'content-type': 'application/cloudevents+json' } : { ...JSON_TYPE, 'ce-type': type, 'ce-id': '1' };
    return { headers: { ...headers, 'x-signature': `sha256=${hex('sha256', key, body)}` }, body };
  };

const merged = cdevent('dev.cdevents.change.merged.0.2.0', {
  content: { repository: { id: 'shop/config', source: 'https://git.example.com/shop' } },
});

const event = (action: string) => ({
  id: 'cb8c3971-9adc-488b-bdd8-43cbb4974ff5',
  action,
  target: {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'a'.repeat(64)}`,
    repository: 'shop/web',
    tag: '1.2',
  },
  request: { id: '0', host: 'registry.example.com', method: 'PUT' },
});

const harborPush = {
  type: 'PUSH_ARTIFACT',
  occur_at: 1680501893,
  operator: 'ci',
  event_data: {
    resources: [{ digest: `sha256:${'b'.repeat(64)}`, tag: '1.2', resource_url: 'registry.example.com/shop/web:1.2' }],
    repository: { name: 'web', namespace: 'shop', repo_full_name: 'shop/web', repo_type: 'private' },
  },
};

/** What is sent, the sender as configured (if it has to be), and what it names: an address of a Source; undefined: nothing. */
export interface SenderCase {
  readonly name: string;
  readonly sender?: string;
  readonly make: Make;
  readonly source?: string;
  /** The key of this sender, where it has to have a form of its own. */
  readonly key?: string;
}

const gitExample = 'ssh://git@git.example.com/shop/config.git';
const image = 'oci://registry.example.com/shop/web';

/** Every sender, every event that counts, and some that do not. */
export const senderCases: readonly SenderCase[] = [
  { name: 'GitHub push', make: github('push', { ...refs, repository: gitHubRepository }), source: 'ssh://git@github.com/shop/config' },
  {
    name: 'GitHub push as a form',
    make: github('push', { ...refs, repository: gitHubRepository }, true),
    source: 'https://github.com/Shop/config',
  },
  {
    name: 'GitHub new tag',
    make: github('create', { ref: 'v1', ref_type: 'tag', repository: gitHubRepository }),
    source: 'git@github.com:shop/config.git',
  },
  { name: 'GitHub ping', make: github('ping', { zen: 'Keep it logically awesome.', hook_id: 1 }) },
  { name: 'GitHub issue', make: github('issues', { action: 'opened', repository: gitHubRepository }) },
  {
    name: 'GitHub package',
    make: github('registry_package', {
      action: 'published',
      registry_package: { namespace: 'Shop', name: 'web', package_version: { package_url: 'ghcr.io/shop/web:1.2' } },
    }),
    source: 'oci://ghcr.io/shop/web',
  },
  { name: 'GitLab push', make: gitlab('Push Hook', gitlabPush('push')), source: 'https://gitlab.example.com/shop/config.git' },
  {
    name: 'GitLab tag',
    make: gitlab('Tag Push Hook', gitlabPush('tag_push')),
    source: 'ssh://git@gitlab.example.com:2222/shop/config.git',
  },
  { name: 'GitLab system hook', make: gitlab('System Hook', gitlabPush('push')), source: 'git@gitlab.example.com:shop/config' },
  {
    name: 'GitLab signed',
    make: gitlabSigned,
    source: 'https://gitlab.example.com/shop/config',
    key: `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`,
  },
  { name: 'GitLab issue', make: gitlab('Issue Hook', { object_kind: 'issue', project: {} }) },
  { name: 'Gitea push', make: gitea('gitea', 'push', giteaPush), source: gitExample },
  { name: 'Forgejo push', make: gitea('forgejo', 'push', giteaPush), source: 'https://git.example.com/shop/config' },
  { name: 'Gogs push', make: gitea('gogs', 'push', giteaPush), source: gitExample },
  {
    name: 'Forgejo package',
    make: gitea('forgejo', 'package', {
      action: 'created',
      package: {
        type: 'container',
        name: 'web',
        version: '1.2',
        owner: { login: 'shop' },
        html_url: 'https://registry.example.com/shop/-/packages/container/web/1.2',
      },
    }),
    source: image,
  },
  { name: 'Gitea star', make: gitea('gitea', 'watch', { action: 'started', repository: giteaPush.repository }) },
  {
    name: 'Bitbucket Cloud push',
    make: bitbucket('repo:push', {
      push: { changes: [] },
      repository: { full_name: 'shop/config', links: { html: { href: 'https://bitbucket.org/shop/config' } } },
    }),
    source: 'git@bitbucket.org:shop/config.git',
  },
  {
    name: 'Bitbucket Data Center push',
    make: bitbucket('repo:refs_changed', {
      eventKey: 'repo:refs_changed',
      repository: { slug: 'config', id: 84, scmId: 'git', project: { key: 'SHOP', id: 84 } },
      changes: [],
    }),
    source: 'https://bitbucket.example.com/scm/shop/config.git',
  },
  { name: 'Bitbucket test', make: bitbucket('diagnostics:ping', { test: true }) },
  {
    name: 'Docker Hub',
    sender: 'dockerhub',
    make: unsigned({
      callback_url: 'http://169.254.169.254/',
      push_data: { tag: '1.2', pushed_at: 1 },
      repository: { repo_name: 'shop/web' },
    }),
    source: 'oci://index.docker.io/shop/web',
  },
  { name: 'Harbor', sender: 'harbor', make: authorised(harborPush), source: image },
  { name: 'Harbor with a scheme', sender: 'harbor', make: authorised(harborPush, 'Bearer '), source: 'oci://registry.example.com/shop' },
  {
    name: 'Harbor as CloudEvents',
    sender: 'harbor',
    make: authorised({ specversion: '1.0', type: 'harbor.artifact.pushed', data: harborPush.event_data }),
    source: image,
  },
  { name: 'Harbor scan', sender: 'harbor', make: authorised({ ...harborPush, type: 'SCANNING_COMPLETED' }) },
  {
    name: 'Quay',
    sender: 'quay',
    make: unsigned({ name: 'web', repository: 'shop/web', docker_url: 'quay.io/shop/web', updated_tags: ['latest'] }),
    source: 'oci://quay.io/shop/web',
  },
  { name: 'Azure', sender: 'acr', make: authorised(event('push'), 'Basic '), source: image },
  { name: 'Azure pull', sender: 'acr', make: authorised(event('pull')) },
  { name: 'Nexus', make: nexus, source: image },
  {
    name: 'CNCF registry',
    make: (key, now) => ({
      ...authorised({ events: [event('pull'), event('push')] }, 'Bearer ')(key, now),
      headers: { 'content-type': 'application/vnd.docker.distribution.events.v1+json', authorization: `Bearer ${key}` },
    }),
    source: image,
  },
  { name: 'CDEvents: a change is merged', make: asCloudEvent(merged), source: gitExample },
  { name: 'CDEvents in one piece', sender: 'cdevents', make: asCloudEvent(merged, true), source: gitExample },
  {
    name: 'CDEvents: a branch',
    make: asCloudEvent(
      cdevent('dev.cdevents.branch.created.0.2.0', { content: { repository: { id: 'https://git.example.com/shop/config.git' } } }),
    ),
    source: gitExample,
  },
  {
    name: 'CDEvents: an artifact',
    make: asCloudEvent(
      cdevent('dev.cdevents.artifact.published.0.2.0', {
        id: 'pkg:oci/web@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427?repository_url=registry.example.com/shop/web&tag=1.2',
        content: {},
      }),
    ),
    source: image,
  },
  { name: 'generic', make: generic({ url: 'https://git.example.com/shop/config' }), source: gitExample },
  {
    name: 'generic with SHA-512',
    make: generic({ repository: { url: 'git@git.example.com:shop/config.git' } }, 'sha512'),
    source: gitExample,
  },
  { name: 'generic after Standard Webhooks', make: genericStandard, source: gitExample },
];

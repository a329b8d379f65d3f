/** Whether the images of a rehearsed system exist: asked of their registries, and only when somebody wants that (`--check-images`). */
import { createWebClient } from '../../adapters/http/index.ts';
import { createRegistry, parseReference } from '../../adapters/registry/index.ts';
import { parseImage } from '../../core/amend/index.ts';
import { imagesOf } from '../../core/ledger/index.ts';
import { formatRef, refOf } from '../../core/object/index.ts';
import type { Assumption, Report, Trouble } from '../../core/rehearsal/index.ts';
import type { ChartAuth } from '../../ports/index.ts';
import type { Built } from './against.ts';

/** Credentials for the host of a registry; undefined: none are kept. */
export type RegistryAuth = (host: string) => Promise<ChartAuth | undefined>;

interface Answer {
  readonly image: string;
  /** `unknown`: the registry was not reached, or tells nobody who we are. */
  readonly state: 'found' | 'missing' | 'unknown';
  readonly message: string;
}

const atOnce = 8;
const patience = 20_000;

/** The report with what registries say: a missing image is trouble of the Apps that run it, what no registry tells stays assumed. */
export async function checkImages(report: Report, built: readonly Built[], auth: RegistryAuth): Promise<Report> {
  const images = imagesOf(built.map(({ object }) => object));
  const answers: Answer[] = [];
  for (let at = 0; at < images.length; at += atOnce)
    answers.push(...(await Promise.all(images.slice(at, at + atOnce).map((image) => ask(image, auth)))));
  const missing = answers.filter(({ state }) => state === 'missing');
  const unknown = answers.filter(({ state }) => state === 'unknown');
  const trouble = [...report.trouble, ...missing.flatMap((answer) => troubleOf(answer, built))];
  const others = report.assumed.filter(({ what }) => what !== 'images exist');
  return {
    ...report,
    passed: report.passed && missing.length === 0,
    trouble: trouble.toSorted((a, b) => (a.app < b.app ? -1 : 1)),
    assumed: [...others, ...(unknown.length === 0 ? [] : [assumption(unknown)])],
  };
}

const assumption = (unknown: readonly Answer[]): Assumption => ({
  what: 'images exist',
  count: unknown.length,
  examples: unknown.map(({ image, message }) => `${image} (${message})`).slice(0, 10),
  allowed: true,
});

function troubleOf({ image, message }: Answer, built: readonly Built[]): readonly Trouble[] {
  const users = built.filter(({ object }) => imagesOf([object]).includes(image));
  const apps = [...new Set(users.map(({ app }) => app))];
  return apps.map((app) => ({
    app,
    reason: 'ImageMissing',
    message: `there is no image ${image}: ${message}`,
    hint: `push it, or name one that is there: lockstep set image ${app} ${parseImage(image).repository}:TAG`,
    ...(users[0] === undefined ? {} : { object: formatRef(refOf((users.find((one) => one.app === app) ?? users[0]).object)) }),
    delays: [],
  }));
}

/** As container tools read names: without a host it is Docker's, and a host of this machine is asked without TLS. */
async function ask(image: string, auth: RegistryAuth): Promise<Answer> {
  const [first = ''] = image.split('/');
  const hasHost = image.includes('/') && /[.:]|^localhost$/.test(first);
  const full = hasHost ? image : `docker.io/${image.includes('/') ? image : `library/${image}`}`;
  const reference = parseReference(full);
  if (!reference.ok) return { image, state: 'missing', message: reference.error.message };
  const { host } = reference.value;
  const plainHttp = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
  const kept = await auth(host);
  const web = createWebClient();
  try {
    const found = await createRegistry({ web, timeout: patience, plainHttp, ...(kept === undefined ? {} : { auth: kept }) }).manifest(
      reference.value,
    );
    // Whatever it is (an index of platforms, an older form), it is there.
    if (found.ok || found.error.code === 'Corrupt') return { image, state: 'found', message: '' };
    const gone = found.error.code === 'ChartNotFound' || found.error.code === 'RepositoryNotFound';
    return { image, state: gone ? 'missing' : 'unknown', message: found.error.message.slice(0, 300) };
  } finally {
    await web.close();
  }
}

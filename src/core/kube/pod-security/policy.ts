/** Which standard a namespace's labels ask for. Kubernetes: pod-security-admission api/helpers.go. */
import { type FieldError, fieldError } from '../status/index.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level and the Kubernetes minor version whose definition of it counts; `latest` is the newest there is. */
export interface LevelVersion {
  readonly level: Level;
  readonly version: number | 'latest';
}

export interface SecurityPolicy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

export type Labels = Readonly<Record<string, string>> | undefined;

const PREFIX = 'pod-security.kubernetes.io/';
const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const privileged: LevelVersion = { level: 'privileged', version: 'latest' };

export const shownPolicy = ({ level, version }: LevelVersion): string =>
  `${level}:${version === 'latest' ? version : `v1.${String(version)}`}`;

/** Above zero when `a` is stricter than `b`. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b);

export const samePolicy = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.version === b.version;

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text);

function parseVersion(text: string): number | 'latest' | undefined {
  const minor = /^v1\.(\d|[1-9]\d*)$/.exec(text)?.[1];
  return text === 'latest' ? text : minor === undefined ? undefined : Number(minor);
}

class Reading {
  readonly errors: FieldError[] = [];
  readonly #labels: Readonly<Record<string, string>>;

  constructor(labels: Readonly<Record<string, string>>) {
    this.#labels = labels;
  }

  text(name: string): string | undefined {
    return Object.hasOwn(this.#labels, PREFIX + name) ? this.#labels[PREFIX + name] : undefined;
  }

  /** The level and version of a mode; `strict` is what a level means that cannot be read. */
  mode(name: string, whenWrong: Level): LevelVersion {
    const level = this.text(name);
    const version = this.text(`${name}-version`);
    if (level !== undefined && !isLevel(level)) this.#wrong(name, level, `must be one of ${levels.join(', ')}`);
    const minor = version === undefined ? 'latest' : parseVersion(version);
    if (version !== undefined && minor === undefined) this.#wrong(`${name}-version`, version, 'must be "latest" or "v1.x"');
    return {
      level: level === undefined ? 'privileged' : isLevel(level) ? level : whenWrong,
      version: minor ?? 'latest',
    };
  }

  #wrong(name: string, value: string, why: string): void {
    this.errors.push(fieldError.invalid(`metadata.labels[${PREFIX}${name}]`, value, why));
  }
}

/** Labels that cannot be read are errors; what is enforced then is the strictest, what is only said aloud nothing. */
export function securityPolicy(labels: Labels): { readonly policy: SecurityPolicy; readonly errors: readonly FieldError[] } {
  if (labels === undefined || !Object.keys(labels).some((label) => label.startsWith(PREFIX)))
    return { policy: { enforce: privileged, audit: privileged, warn: privileged }, errors: [] };
  const reading = new Reading(labels);
  const enforce = reading.mode('enforce', 'restricted');
  const audit = reading.mode('audit', 'privileged');
  const warn = reading.mode('warn', 'privileged');
  const { errors } = reading;
  // Whoever enforces a level is warned of it too, unless told otherwise.
  const follows = reading.text('warn') === undefined && isLevel(reading.text('enforce') ?? '') && enforce.level !== 'privileged';
  const version = reading.text('warn-version') === undefined ? enforce.version : warn.version;
  return { policy: { enforce, audit, warn: follows ? { level: enforce.level, version } : warn }, errors };
}

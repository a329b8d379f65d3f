/**
 * Sets of templates that can call each other, and the cache that makes parsing and compiling a text happen once.
 * Source of the rules: Go text/template/template.go (AddParseTree, associate, Clone).
 */
import { quote } from '../../go/strconv/index.ts';
import { isEmptyTree, lineAt, type ListNode, ParseError, parseTemplate } from '../parse/index.ts';
import type { Coverage } from './coverage.ts';
import { TemplateFailure } from './failure.ts';
import type { FunctionTable } from './params.ts';
import { type Body, type MissingKey, type Run, State, type Template, type Templates, type Value, type Writer } from './state.ts';
import { compileBody } from './statements.ts';

interface CachedTree {
  readonly isEmpty: boolean;
  readonly body: () => Body;
}

interface CachedText {
  readonly main: CachedTree;
  readonly definitions: ReadonlyMap<string, CachedTree>;
}

/** Owned by the caller, who decides how long it lives. Texts are kept by content: the same text under any name is parsed once. */
export class TemplateCache {
  readonly functions: FunctionTable;
  readonly coverage: Coverage | undefined;
  private readonly texts = new Map<string, CachedText>();

  /** All texts see the same functions; what differs between renders reaches them through `Run.host`. `coverage` is told what runs. */
  constructor(functions: FunctionTable, coverage?: Coverage) {
    this.functions = functions;
    this.coverage = coverage;
  }

  /** How many texts it holds. */
  get size(): number {
    return this.texts.size;
  }

  clear(): void {
    this.texts.clear();
  }

  /** @throws ParseError, naming `name` */
  get(name: string, text: string, delimiters: Delimiters = { left: '', right: '' }): CachedText {
    const key = delimiters.left + delimiters.right === '' ? text : `${delimiters.left}\0${delimiters.right}\0${text}`;
    const known = this.texts.get(key);
    if (known !== undefined) return known;
    const { functions, coverage } = this;
    const parsed = parseTemplate(name, text, { ...delimiters, hasFunction: (func) => functions.has(func) });
    coverage?.add(text, parsed);
    const cache = (root: ListNode): CachedTree => ({
      isEmpty: isEmptyTree(root),
      body: once(() => compileBody(root, functions, coverage)),
    });
    const definitions = new Map([...parsed.definitions].map(([defined, root]) => [defined, cache(root)]));
    const cached = { main: cache(parsed.main), definitions };
    this.texts.set(key, cached);
    return cached;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export interface Delimiters {
  /** The empty string stands for `{{`. */
  readonly left: string;
  readonly right: string;
}

export interface SetOptions extends Partial<Delimiters> {
  readonly missingKey?: MissingKey;
}

/** A set of templates. Later definitions replace earlier ones, unless they are empty. */
export class TemplateSet implements Templates {
  readonly name: string;
  readonly missingKey: MissingKey;
  readonly cache: TemplateCache;
  private readonly delimiters: Delimiters;
  private readonly base: TemplateSet | undefined;
  private readonly templates = new Map<string, Template>();

  constructor(name: string, cache: TemplateCache, options: SetOptions = {}, base?: TemplateSet) {
    this.name = name;
    this.cache = cache;
    this.missingKey = options.missingKey ?? 'default';
    this.delimiters = { left: options.left ?? '', right: options.right ?? '' };
    this.base = base;
  }

  /** A set that sees everything in this one and may override it. This one must not change any more. */
  fork(): TemplateSet {
    return new TemplateSet(this.name, this.cache, { missingKey: this.missingKey, ...this.delimiters }, this);
  }

  lookup(name: string): Template | undefined {
    return this.templates.get(name) ?? this.base?.lookup(name);
  }

  /**
   * The template that bears the set's own name.
   * @throws TemplateFailure when no text was parsed under it
   */
  own(): Template {
    const template = this.lookup(this.name);
    if (template === undefined) throw new TemplateFailure(`template: ${this.name}: ${quote(this.name)} is an incomplete or empty template`);
    return template;
  }

  /** Every name with a definition. */
  names(): string[] {
    return [...new Set([...(this.base?.names() ?? []), ...this.templates.keys()])];
  }

  /**
   * Parses `text` as the template `name`, with all it defines. Gives that template even when, being empty, it did not become the
   * definition of its name.
   * @throws ParseError
   */
  add(name: string, text: string): Template {
    const parsed = this.cache.get(name, text, this.delimiters);
    const own = parsed.definitions.get(name);
    if (own !== undefined && !own.isEmpty && !parsed.main.isEmpty) {
      const line = lineAt(text, text.length);
      throw new ParseError(`template: ${name}:${line}: template: multiple definition of template ${quote(name)}`, line);
    }
    const main = own === undefined || own.isEmpty ? parsed.main : own;
    for (const [defined, tree] of parsed.definitions)
      if (defined !== name) this.associate({ name: defined, parseName: name, text, ...tree });
    const template = { name, parseName: name, text, ...main };
    this.associate(template);
    return template;
  }

  private associate(template: Template): void {
    if (template.isEmpty && this.lookup(template.name) !== undefined) return;
    this.templates.set(template.name, template);
  }
}

/**
 * Executes the template called `name`.
 * @throws TemplateFailure (ExecFailure where there is a place)
 */
export function executeNamed(set: TemplateSet, name: string, call: { readonly data: Value; readonly run: Run }): string {
  const template = set.lookup(name);
  if (template === undefined) throw new TemplateFailure(`template: no template ${quote(name)} associated with template ${quote(set.name)}`);
  return executeTemplate(set, template, call);
}

/** Executes a template of the set into a text of its own. */
export function executeTemplate(set: TemplateSet, template: Template, call: { readonly data: Value; readonly run: Run }): string {
  const out: Writer = { text: '' };
  const data = call.data ?? undefined;
  const { run } = call;
  if (run.depth >= run.budget.limits.depth) throw new TemplateFailure(`templates are nested more than ${run.budget.limits.depth} deep`);
  run.depth++;
  template.body().exec(new State(run, { set, template, out }, [data]), data);
  run.depth--;
  return out.text;
}

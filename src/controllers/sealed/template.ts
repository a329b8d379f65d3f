/**
 * The texts of `spec.template.data`: Go templates with sprig's functions over the values of the SealedSecret.
 * Source: sealed-secrets pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go, Unseal.
 */
import type { Ask } from '../../core/ask/index.ts';
import { GoMap } from '../../core/go/composite/index.ts';
import { RegexpCache } from '../../core/go/regexp/index.ts';
import { RangeCache } from '../../core/go/semver/index.ts';
import { utc } from '../../core/go/time/index.ts';
import { basicType, mapType } from '../../core/go/type/index.ts';
import { SecretsFailure } from '../../core/secrets/index.ts';
import type { RenderText } from '../../core/secrets/sealed/index.ts';
import { builtins } from '../../core/template/builtin/index.ts';
import { Budget, executeNamed, ParseError, TemplateCache, TemplateFailure, TemplateSet } from '../../core/template/index.ts';
import { sprigFunctions, type SprigHost } from '../../core/template/sprig/index.ts';

/** What the original leaves out: `env`, `expandenv` (never in the table) and `getHostByName`. */
const functions = new Map([...builtins, ...[...sprigFunctions].filter(([name]) => name !== 'getHostByName')]);

const limits = { steps: 5_000_000, size: 8 << 20, single: 4 << 20, depth: 100 };

/** One render's templates; `ask` answers for time, randomness and keys. */
export function templateOver(ask: Ask): RenderText {
  const host: SprigHost = { ask, zone, patterns: new RegexpCache(), ranges: new RangeCache(), draws: 0 };
  return (text, values) => {
    if (!text.includes('{{')) return text;
    const set = new TemplateSet('', new TemplateCache(functions));
    try {
      set.add('', text);
      const data = new GoMap(mapType(basicType.string, basicType.string), [...values]);
      return executeNamed(set, '', { data, run: { budget: new Budget(limits), host, depth: 0 } });
    } catch (error) {
      if (error instanceof ParseError) throw new SecretsFailure('InvalidFile', `spec.template.data: ${error.message}`);
      if (error instanceof TemplateFailure || error instanceof RangeError)
        throw new SecretsFailure('InvalidFile', `spec.template.data: ${placeOf(error.message)}`);
      throw error;
    }
  };
}

const zone: SprigHost['zone'] = (name) => (name === 'UTC' || name === '' || name === 'Local' ? utc : undefined);

/** Where a template failed, without why: the reason may repeat a value. */
function placeOf(message: string): string {
  const end = message.indexOf('>:');
  return end < 0 ? 'the template cannot be executed' : `${message.slice(0, end + 1)} fails`;
}

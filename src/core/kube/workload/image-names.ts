/** Names of images that no registry has to be asked about: the kubelet refuses them. Source: github.com/distribution/reference. */
import { type JsonObject, type KubeObject, objects, text } from '../../object/index.ts';
import { specOf } from './shared.ts';

export interface BadImage {
  readonly container: string;
  readonly message: string;
}

const HOST_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*(?::${TAG})?(?:@${DIGEST})?$`);
const HEX_ALONE = /^[a-f0-9]{64}$/;

/** The part after the registry: a first part without a dot, a colon or a capital is a path already (splitDockerDomain). */
function remoteName(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  const isDomain = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const rest = isDomain ? image.slice(slash + 1) : image;
  return rest.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** What is wrong with the name of an image, in the words of the kubelet; undefined: nothing. */
export function imageNameProblem(image: string): string | undefined {
  const name = remoteName(image);
  const why =
    name !== name.toLowerCase()
      ? `invalid reference format: repository name (${name}) must be lowercase`
      : HEX_ALONE.test(image)
        ? `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`
        : REFERENCE.test(image)
          ? undefined
          : 'invalid reference format';
  return why === undefined
    ? undefined
    : `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: ${why}`;
}

/** The first container, in the order in which they start, whose image has no name. */
export function badImage(pod: KubeObject): BadImage | undefined {
  const spec: JsonObject = specOf(pod);
  for (const container of [...objects(spec.initContainers), ...objects(spec.containers)]) {
    const message = imageNameProblem(text(container.image));
    if (message !== undefined) return { container: text(container.name), message };
  }
  return undefined;
}

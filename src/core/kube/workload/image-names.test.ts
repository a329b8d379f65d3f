/** Which names of images the kubelet refuses without asking anybody. */
import { expect, test } from 'vitest';
import { imageNameProblem } from './image-names.ts';

test.each([
  'nginx',
  'nginx:1.27',
  'library/nginx',
  'ghcr.io/example/web:1.0.0-rc.1',
  'localhost/web',
  'localhost:5000/web/api:1',
  'registry.example.com:443/a/b/c@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '[2001:db8::1]:5000/web',
  'Example/web:1',
  'a__b/c---d/e.f',
  'web:V1_b',
])('%s is a name', (image) => expect(imageNameProblem(image)).toBeUndefined());

test.each([
  ['ghcr.io/Example/Web:1', 'repository name (Example/Web) must be lowercase'],
  ['Nginx', 'repository name (Nginx) must be lowercase'],
  ['web:', 'invalid reference format'],
  ['web:la test', 'invalid reference format'],
  ['web::1', 'invalid reference format'],
  ['ghcr.io/example//web', 'invalid reference format'],
  ['-web', 'invalid reference format'],
  ['web@sha256:123', 'invalid reference format'],
  ['https://ghcr.io/example/web', 'invalid reference format'],
  ['{{ .Values.image }}', 'invalid reference format'],
])('%s is none', (image, why) => expect(imageNameProblem(image)).toContain(why));

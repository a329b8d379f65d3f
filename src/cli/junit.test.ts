/** JUnit XML: counts, failures, and texts that are no markup. */
import { expect, test } from 'vitest';
import { junit } from './junit.ts';

test('a suite per App', () => {
  const startedAt = '2026-01-01T00:00:00Z';
  const text = junit([
    {
      app: 'shop/web',
      tests: [
        { name: 'smoke', phase: 'Succeeded', startedAt, completedAt: '2026-01-01T00:00:03Z' },
        { name: '<odd>', phase: 'Failed', startedAt, message: 'a "b" & \u0000c' },
      ],
    },
  ]);
  expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="shop/web" tests="2" failures="1" errors="0">
    <testcase classname="shop/web" name="smoke" time="3"/>
    <testcase classname="shop/web" name="&lt;odd&gt;" time="0">
      <failure message="a &quot;b&quot; &amp; c"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

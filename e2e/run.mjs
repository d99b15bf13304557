// Runs the browser tests against one registry of its own.
//
//   OPENIIS           the binary under test, `openiis`
//   OPENIIS_CHROMIUM  the browser to drive; /usr/bin/chromium unless told
//
// Arguments are passed on to node's test runner: `node run.mjs --test-name-pattern sign`.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRegistry } from './support/registry.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const tests = readdirSync(join(here, 'tests'))
  .filter((name) => name.endsWith('.test.mjs'))
  .sort()
  .map((name) => join(here, 'tests', name));

const registry = await startRegistry();
process.exitCode = 1;
try {
  const options = ['--test', '--test-reporter=spec', '--test-concurrency=1', ...process.argv.slice(2)];
  const run = spawnSync(process.execPath, [...options, ...tests], {
    stdio: 'inherit',
    env: { ...process.env, OPENIIS_E2E: JSON.stringify(registry.facts) },
  });
  process.exitCode = run.status ?? 1;
} finally {
  registry.stop();
}

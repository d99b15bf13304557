// Runs the browser tests against one registry of its own.
//
//   OPENIIS           the binary under test, `openiis`
//   OPENIIS_CHROMIUM  the browser to drive; /usr/bin/chromium unless told
//
// Arguments that name test files choose them, others are passed on to node's test runner:
// `node run.mjs pages.test.mjs --test-name-pattern sign`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRegistry } from './support/registry.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const isTest = (name) => name.endsWith('.test.mjs');
const words = process.argv.slice(2);
const chosen = words.filter(isTest);
const tests = (chosen.length > 0 ? chosen : readdirSync(join(here, 'tests')).filter(isTest))
  .sort()
  .map((name) => join(here, 'tests', name));

const registry = await startRegistry();
process.exitCode = 1;
try {
  const options = ['--test', '--test-reporter=spec', '--test-concurrency=1', ...words.filter((word) => !isTest(word))];
  // Not waited for with everything standing still: the registry's log is read meanwhile, or it would stand still too.
  const run = spawn(process.execPath, [...options, ...tests], {
    stdio: 'inherit',
    env: { ...process.env, OPENIIS_E2E: JSON.stringify(registry.facts) },
  });
  const [status] = await once(run, 'exit');
  process.exitCode = status ?? 1;
} finally {
  registry.stop();
}

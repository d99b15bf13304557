// A registry with invented people, started for the tests and gone after them.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 120_000;

// What the tests know about the running registry: where it is, who may sign in, which sender there is.
export function facts() {
  const given = process.env.OPENIIS_E2E;
  if (!given) throw new Error('start the browser tests with `npm test` in e2e/ or `cargo xtask test --only browser`');
  return JSON.parse(given);
}

// Starts `openiis serve --demo` on a free port with an empty store. Resolves when it is ready.
export async function startRegistry({ binary = process.env.OPENIIS, people = 200, extra = [], env: more = {} } = {}) {
  if (!binary) throw new Error('OPENIIS must name the binary under test');
  const folder = mkdtempSync(join(tmpdir(), 'openiis-e2e-'));
  const words = ['serve', '--demo', '--people', String(people), '--data', join(folder, 'data'), '--http', '127.0.0.1:0'];
  // why somebody opens a record of another clinic is asked in tests of its own
  const env = { ...process.env, OPENIIS_ACCESS_PURPOSE_ASKED: 'false', ...more };
  const child = spawn(binary, [...words, ...extra], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const log = [];
  child.stderr.setEncoding('utf8').on('data', (text) => log.push(text));
  const facts = { url: null, sender: null, people: [] };
  const ready = new Promise((resolve, reject) => {
    const fail = (how) => reject(new Error(`openiis serve --demo ${how}\n${log.join('').slice(-4000)}`));
    const timer = setTimeout(() => fail('was not ready in time'), READY_WITHIN_MS);
    child.once('error', (error) => fail(`cannot be started: ${error.message}`));
    child.once('exit', (code) => fail(`ended with ${code} before it was ready`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      understand(line, facts);
      if (facts.url && facts.sender && facts.people.length > 0) {
        // The table of sign-ins may still have rows to come.
        clearTimeout(timer);
        setTimeout(resolve, 200);
      }
    });
  });
  try {
    await ready;
  } catch (error) {
    stop();
    throw error;
  }
  return { facts, stop };
}

// Learns from one line of the demo's first words: the address, the sender, the rows role, user, password.
export function understand(line, facts) {
  const address = /^\s*ready (https?:\/\/\S+)/.exec(line);
  if (address) facts.url = address[1].replace(/\/$/, '');
  const sender = /curl .*-u '?"?([^\s'"]+)/.exec(line);
  if (sender) facts.sender = sender[1];
  if (/^\s*role\s+user\s+password\s*$/i.test(line)) facts.inTable = true;
  else if (facts.inTable) {
    const cells = line.trim().split(/\s{2,}|\t/);
    if (cells.length === 3) facts.people.push({ role: cells[0], user: cells[1], password: cells[2] });
    else if (!/^[\s─-]*$/.test(line) || facts.people.length > 0) facts.inTable = false;
  }
}

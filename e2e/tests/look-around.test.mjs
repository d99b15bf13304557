// The list in README.md under "Look around" is true: each page opens for the user that stands beside it, or for nobody.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { useBrowser } from '../support/browser.mjs';
import { facts } from '../support/registry.mjs';

const browser = useBrowser({ viewport: { width: 1280, height: 900 } });

const README = new URL('../../README.md', import.meta.url);
const ROW = /^\| `(\/[^`]*)` \| (?:`([a-z-]+)`|(not signed in)) \|/;

const rows = readFileSync(README, 'utf8')
  .split('\n')
  .map((line) => ROW.exec(line))
  .filter(Boolean)
  .map(([, path, user]) => ({ path, user }));

test('the list has rows for people and for nobody', () => {
  assert.ok(rows.filter(({ user }) => user).length >= 10 && rows.filter(({ user }) => !user).length >= 5, `${rows.length}`);
});

for (const { path, user } of rows) {
  test(`${path} opens for ${user ?? 'nobody'}`, async () => {
    const person = facts().people.find((one) => one.user === user);
    assert.ok(!user || person, `the demonstration has no user ${user}`);
    const page = user ? await browser.signIn(person.role) : await browser.open();
    const answer = await page.goto(path);
    assert.equal(answer.status(), 200, path);
    assert.equal(new URL(page.url()).pathname, path, 'it leads nowhere else');
  });
}

// The public start page: what a newcomer sees first.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';

const browser = useBrowser();

test('the start page opens, accessible and without a fault', async () => {
  const page = await browser.visit('/');
  await expectAccessible(page);
});

test('the start page fits a phone', async () => {
  const page = await browser.visit('/', { viewport: { width: 320, height: 640 } });
  await expectFits(page);
});

test('the start page works without JavaScript', async () => {
  const page = await browser.visit('/', { javaScriptEnabled: false });
  assert.ok((await page.getByRole('main').innerText()).trim().length > 0);
});

test('an address that does not exist gets a page that says so', async () => {
  const page = await browser.visit('/nowhere-at-all', { status: 404 });
  await expectAccessible(page);
});

test('the policy that keeps foreign scripts out is in force', async () => {
  const page = await browser.open();
  const policy = (await page.goto('/')).headers()['content-security-policy'] ?? '';
  assert.match(policy, /default-src|script-src/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
});

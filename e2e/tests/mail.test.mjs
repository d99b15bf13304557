// The mailbox of the demonstration, and what became of letters: read by axe, without JavaScript too, on a telephone.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';

const TELEPHONE = { width: 375, height: 740 };
const browser = useBrowser();

test('the mailbox is there for a newcomer, accessible and without a fault', async () => {
  const page = await browser.visit('/mailbox');
  await expectAccessible(page);
  await page.setViewportSize(TELEPHONE);
  await expectFits(page);
});

for (const javaScriptEnabled of [true, false]) {
  test(`the Help Desk sees what became of letters, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
    const page = await browser.signIn('help-desk', { javaScriptEnabled });
    await browser.visit('/admin/mail', { page });
    assert.match(await page.getByRole('main').innerText(), /waiting/);
    if (!javaScriptEnabled) return;
    await expectAccessible(page);
    await page.setViewportSize(TELEPHONE);
    await expectFits(page);
  });
}

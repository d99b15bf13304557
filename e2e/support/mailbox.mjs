// Whoever has no second factor shows first that they read the mail of their account, where that is asked.

import assert from 'node:assert/strict';

// Types the code that is mailed, if the page asks for one. `open` opens a page of the same registry; true: it was asked for.
export async function showMailbox(page, open) {
  await page.waitForLoadState();
  if (new URL(page.url()).pathname !== '/account/mailbox') return false;
  const mail = await open();
  const codes = mail.locator('article').filter({ hasText: 'Your sign-in code' });
  await mail.goto('/mailbox');
  const before = await codes.count();
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  for (let tries = 0; tries < 20 && (await codes.count()) === before; tries += 1) {
    await mail.waitForTimeout(500);
    await mail.goto('/mailbox');
  }
  assert.equal(await codes.count(), before + 1, 'a code was mailed');
  await page.getByLabel('Code').fill(/\b\d{6}\b/.exec(await codes.first().innerText())[0]);
  await page.keyboard.press('Enter');
  return true;
}

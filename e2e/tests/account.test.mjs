// Signing in and out, the menu, the help drawer, the warning before time runs out.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const PUBLIC = ['/', '/sign-in', '/sign-in/help', '/keyboard', '/accessibility', '/privacy', '/help/pages/record'];
const OWN = ['/', '/patients', '/preferences', '/account', '/account/password', '/account/second-factor', '/account/prove'];

for (const [name, options] of [
  ['on a desk', {}],
  ['on a phone', { viewport: { width: 320, height: 640 } }],
  ['in forced colors', { forcedColors: 'active' }],
]) {
  test(`every page without patients is accessible and fits ${name}`, async () => {
    const visitor = await browser.open(options);
    for (const path of PUBLIC) {
      await browser.visit(path, { page: visitor });
      await expectAccessible(visitor);
      await expectFits(visitor);
    }
    const page = await browser.signIn('clinic-access', options);
    for (const path of OWN) {
      await browser.visit(path, { page });
      await expectAccessible(page);
      await expectFits(page);
    }
  });
}

test('each role of the demo signs in and starts on Today', async () => {
  for (const { role } of browser.people) {
    const page = await browser.signIn(role);
    assert.match(await page.locator('h1').innerText(), /^Today/, role);
    await page.context().close();
  }
});

test('a wrong password says so beside the field and keeps the user name', async () => {
  const page = await browser.visit('/sign-in');
  page.expectedStatus = 422;
  await page.getByLabel('User name').fill('nobody-of-the-browser-tests');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /user name or the password is not right/);
  assert.equal(await page.getByLabel('User name').inputValue(), 'nobody-of-the-browser-tests');
  await expectAccessible(page);
});

test('a password can be shown while it is typed, and pasted', async () => {
  const page = await browser.visit('/sign-in');
  const field = page.getByLabel('Password', { exact: true });
  await field.fill('a secret');
  await page.getByRole('button', { name: 'Show password' }).click();
  assert.equal(await field.getAttribute('type'), 'text');
  await page.getByRole('button', { name: 'Hide password' }).click();
  assert.equal(await field.getAttribute('type'), 'password');
});

test('after signing out, Back shows nothing', async () => {
  const page = await browser.signIn('clinic-access');
  await page.goto('/patients');
  await page.locator('.site-menu summary').click();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/\/sign-in\?ended=out$/);
  await page.goBack();
  await page.waitForURL(/\/sign-in/);
});

test('help opens beside the page, has the focus, and gives it back', async () => {
  const page = await browser.signIn('clinic-access');
  await page.getByRole('link', { name: 'Help with this page' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#help h1').waitFor();
  await page.waitForFunction(() => document.activeElement.closest('#help'));
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Help with this page');
  assert.equal(await page.locator('#help').isVisible(), false);
});

test('single keys can be switched off', async () => {
  const page = await browser.signIn('clinic-access');
  await page.goto('/preferences');
  await page.getByText('Single-letter shortcuts').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your preferences are saved').waitFor();
  await page.locator('h1').click();
  await page.keyboard.press('/');
  assert.notEqual(await page.evaluate(() => document.activeElement.id), 'site-search');
});

test('two minutes before the end a dialog offers to stay, and then the page ends by itself', async () => {
  const own = await browser.signIn('clinic-access');
  await own.clock.install();
  await own.goto('/');
  await own.clock.runFor('13:01');
  const dialog = own.getByRole('dialog', { name: 'You will be signed out soon' });
  await dialog.waitFor();
  await expectAccessible(own);
  await dialog.getByRole('button', { name: 'Stay signed in' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const end = own.waitForRequest((request) => request.url().endsWith('/sign-in?ended=idle&next=%2F'));
  await own.clock.runFor('15:02');
  await end;
});

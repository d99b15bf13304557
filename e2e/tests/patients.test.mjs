// Finding a patient and reading the record: with a keyboard, without script, on a phone, with hostile data.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const TABS = ['', '/history', '/demographics', '/reports', '/disclosures', '/why/mmr', '/what-if'];
const PHONE = { viewport: { width: 320, height: 640 } };

const MAYA = {
  family: 'Quill',
  given: 'Maya',
  born: '20240211',
  mrn: 'E2E-MAYA',
  doses: [
    ['20240415', '120', 'DTaP-Hib-IPV'],
    ['20250210', '03', 'MMR'],
    ['20250520', '83', 'Hep A, ped/adol, 2 dose'],
  ],
};
const HOSTILE = {
  family: '<script>document.title="owned"</script>',
  given: '"><img src=x onerror=document.title="owned">',
  born: '20230405',
  mrn: "E2E-<svg onload=document.title='owned'>",
};

before(async () => {
  await report(browser, MAYA);
  await report(browser, { ...MAYA, given: 'Mia', mrn: 'E2E-MIA', doses: [] });
  await report(browser, HOSTILE);
});

// A number that belongs to one person opens that person at once; everything else shows results.
async function search(page, text) {
  await page.locator('body').press('/');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/patients\/(searches\/)?\d+$/);
}

test('G1: a child is found from any page with /, 18 characters and two Enters, and no mouse', async () => {
  const page = await browser.signIn('clinic-access');
  await page.goto('/keyboard');
  const typed = 'quill, maya 021124';
  assert.ok(typed.length <= 18);
  await search(page, typed);
  assert.match(await page.locator('h1').innerText(), /1 person matches/);
  const understood = await page.locator('.understood').innerText();
  for (const part of ['Last', 'quill', 'First', 'maya', 'Born', '02/11/2024']) {
    assert.ok(understood.includes(part), `${understood} says ${part}`);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/patients\/\d{10}$/);
  assert.match(await page.locator('h1').innerText(), /Maya Quill/);
});

test('neither address nor title carries a name or a birth date', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'quill, maya 2/11/24');
  const seen = [page.url(), await page.title()];
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/patients\/\d{10}$/);
  seen.push(page.url(), await page.title());
  for (const text of seen) assert.doesNotMatch(text, /quill|maya|2024|02.11/i);
});

test('twins are marked, and a number on the keyboard opens the row', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'quill, m 2/11/24');
  assert.match(await page.locator('h1').innerText(), /2 people match/);
  assert.equal(await page.getByText('Same birth date and last name').count(), 2);
  await expectAccessible(page);
  await page.keyboard.press('2');
  await page.waitForURL(/\/patients\/\d{10}$/);
  assert.match(await page.locator('h1').innerText(), /Mia Quill/);
});

test('the record shows each dose with the exact age and who gave it, on accessible pages', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'E2E-MAYA');
  await page.waitForURL(/\/patients\/\d{10}$/);
  const record = page.url();
  const main = await page.getByRole('main').innerText();
  for (const text of ['1 day before 1st birthday', 'DTaP', 'Hib', 'Polio', '3 doses']) {
    assert.ok(main.includes(text), `the record says ${text}`);
  }
  for (const tab of TABS) {
    await browser.visit(new URL(record).pathname + tab, { page });
    await expectAccessible(page);
    await page.setViewportSize(PHONE.viewport);
    await expectFits(page);
    await page.setViewportSize({ width: 1366, height: 768 });
  }
});

test('a dose in the grid leads to its reports', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'E2E-MAYA');
  await page.waitForURL(/\/patients\/\d{10}$/);
  await page.getByRole('link', { name: 'Details MMR 02/10/2025' }).click();
  await page.waitForURL(/\/history#dose-/);
  const row = page.locator('tbody:target');
  await row.getByText('Known from').waitFor();
  assert.match(await row.innerText(), /LOT1/);
});

test('without script the same is done with forms and links', async () => {
  const page = await browser.signIn('clinic-access', { javaScriptEnabled: false });
  await page.goto('/patients');
  const form = page.getByRole('main');
  await form.getByLabel('Last name').fill('Quill');
  await form.getByLabel('First name or initial').fill('Maya');
  await form.getByLabel('Birth date').fill('02/11/2024');
  await form.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: 'QUILL, Maya' }).click();
  await page.getByRole('link', { name: 'Every dose in detail' }).click();
  await page.locator('summary', { hasText: '1 report' }).first().click();
  assert.match(await page.getByRole('main').innerText(), /Known from/);
  await page.getByRole('link', { name: 'Help with this page' }).click();
  assert.match(await page.locator('h1').innerText(), /Help/);
});

test('a search that is not enough says what is missing, keeps what was typed, and has the focus on the words', async () => {
  const page = await browser.signIn('clinic-access');
  await page.goto('/patients');
  page.expectedStatus = 422;
  const form = page.getByRole('main');
  await form.getByLabel('Last name').fill('Quill');
  await form.getByRole('button', { name: 'Search' }).click();
  await form.getByRole('alert').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.innerText), /There is a problem/);
  assert.equal(await form.getByLabel('Last name').inputValue(), 'Quill');
  assert.match(await page.title(), /^Error: /);
  await expectAccessible(page);
});

test('what a sender stores is text on every page and runs nowhere', async () => {
  const page = await browser.signIn('clinic-access');
  await page.goto('/patients');
  await page.getByRole('main').getByLabel('Registry ID or record number').fill(HOSTILE.mrn);
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\/patients\/\d{10}$/);
  const record = new URL(page.url()).pathname;
  for (const tab of TABS) {
    await browser.visit(record + tab, { page });
    assert.doesNotMatch(await page.title(), /owned/);
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.match(await page.locator('.strip').innerText(), /<script>/i);
  }
});

test('a system administrator sees no patient and is offered none', async () => {
  const page = await browser.signIn('system-administrator');
  assert.equal(await page.getByRole('search').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Patients' }).count(), 0);
  await browser.visit('/patients', { page, status: 404 });
});

test('the record prints in black and white without navigation', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'E2E-MAYA');
  await page.waitForURL(/\/patients\/\d{10}$/);
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['.site-header', '.tabs', '.site-banner']) assert.equal(await page.locator(hidden).isVisible(), false, hidden);
  assert.match(await page.locator('.site-footer').innerText(), /Not an official record/);
});

test('the box understands everything in any order and says what differs', async () => {
  const page = await browser.signIn('clinic-access');
  const table = [
    // typed                          heading                              said of the first row
    ['Feb 11, 2024 maya quill',       /1 person matches/,                  null],
    ['maya quil 021124',              /No one matches exactly; \d+ p/,     /Last name quil, on record as Quill/],
    ['quill, maya 11/2/24',           /No one matches exactly; \d+ p/,     /Day and month swapped: born 02\/11\/2024/],
  ];
  for (const [typed, heading, differs] of table) {
    await browser.visit('/keyboard', { page });
    await search(page, typed);
    assert.match(await page.locator('h1').innerText(), heading, typed);
    const first = page.locator('.person').first();
    assert.match(await first.innerText(), /QUILL, Maya/i, typed);
    if (differs) assert.match(await first.locator('.person__differs').innerText(), differs, typed);
    await expectAccessible(page);
    await page.setViewportSize(PHONE.viewport);
    await expectFits(page);
    await page.setViewportSize({ width: 1366, height: 768 });
  }
});

test('names in other directions, combining letters and two hundred letters are searched for and fit a phone', async () => {
  const page = await browser.signIn('clinic-access', PHONE);
  for (const name of ['\u202Equill', 'qu\u0301ill\t', '\u05D0\u05D1\u05D2', 'Q'.repeat(90)]) {
    await page.goto('/patients');
    const form = page.getByRole('main');
    await form.getByLabel('Last name').fill(name);
    await form.getByLabel('First name or initial').fill('maya');
    await form.getByLabel('Birth date').fill('02/11/2024');
    await form.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/\/patients\/searches\/\d+$/);
    await expectFits(page);
    await expectAccessible(page);
  }
});

test('the form goes back with the browser and is sent twice without harm', async () => {
  const page = await browser.signIn('clinic-access');
  await search(page, 'quill, maya 2/11/24');
  await page.goBack();
  await search(page, 'quill, maya 2/11/24');
  assert.match(await page.locator('h1').innerText(), /1 person matches/);
  await page.locator('.person a').first().dblclick();
  await page.waitForURL(/\/patients\/\d{10}$/);
});

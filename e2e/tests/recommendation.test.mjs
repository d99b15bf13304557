// What a person needs, why, and what if: on the record, on paper, on a phone, with a keyboard, without script.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const PHONE = { width: 320, height: 640 };
const DESK = { width: 1366, height: 768 };

// A day so many days from today, as messages and as screens write it.
function day(offset) {
  const date = new Date(Date.now() + offset * 86_400_000);
  const [year, month, of] = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return { hl7: `${year}${month}${of}`, screen: `${month}/${of}/${year}` };
}

const MMR = day(-400);
const VARICELLA = day(-385);
// Some 26 months old: MMR counts, varicella came 15 days after it, DTaP was never given.
const NORA = {
  family: 'Finch',
  given: 'Nora',
  born: day(-790).hl7,
  mrn: 'E2E-FINCH-NORA',
  doses: [
    [MMR.hl7, '03', 'MMR'],
    [VARICELLA.hl7, '21', 'varicella'],
  ],
};
const NEWBORN = { family: 'Finch', given: 'Newborn', born: day(-1).hl7, mrn: 'E2E-NEWBORN', doses: [] };

before(async () => {
  await report(browser, NORA);
  await report(browser, NEWBORN);
});

async function open(mrn, options) {
  const page = await browser.signIn('clinic-access', options);
  await page.goto('/patients');
  const form = page.getByRole('main');
  await form.getByLabel('Registry ID or record number').fill(mrn);
  await form.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\/patients\/\d{10}$/);
  return page;
}

const needs = (page) => page.getByRole('region', { name: /^Needs today/ });

test('what is needed stands above the fold, overdue first, with the vaccines that fit', async () => {
  const page = await open(NORA.mrn);
  const card = needs(page);
  const first = card.locator('.need').first();
  const box = await first.boundingBox();
  assert.ok(box.y + box.height < 768, `the first need ends at ${box.y + box.height}`);
  assert.match(await card.innerText(), /\d+ vaccines are due, \d+ of them overdue\./);
  const statuses = await card.locator('.need .status').allInnerTexts();
  assert.match(statuses[0], /Overdue/);
  // what patient and provider decide together comes after what is due
  const rank = (status) => [/Overdue/, /Due now/, /To decide/].findIndex((word) => word.test(status));
  assert.ok(statuses.every((status) => rank(status) >= 0), statuses.join());
  assert.deepEqual(statuses, [...statuses].sort((a, b) => rank(a) - rank(b)));
  const dtap = card.locator('.need', { hasText: 'DTaP/Tdap/Td' });
  assert.match(await dtap.innerText(), /dose 1\s+since [\d/]+ \(.* ago\)[\s\S]*DTaP · /);
  assert.match(await page.getByRole('main').innerText(), /CDSi supporting data \d/);
});

test('the grid says which dose does not count, by how much it missed, and leads to every check', async () => {
  const page = await open(NORA.mrn);
  const cell = page.locator('.grid td', { hasText: VARICELLA.screen });
  assert.match(await cell.innerText(), /Not valid[\s\S]*13 days too early: too soon after a live vaccine/);
  assert.match(await page.locator('.grid td', { hasText: MMR.screen }).innerText(), /✓/);
  await cell.getByRole('link', { name: `Why? Varicella ${VARICELLA.screen}` }).click();
  await page.waitForURL(/\/why\/varicella#dose-2$/);
  const dose = page.locator('#dose-2');
  assert.match(await dose.innerText(), /given 15 days after a live vaccine \(MMR, [\d/]+\), at least 28 days needed\./);
  assert.match(await dose.innerText(), /CONFLICT-3/);
  await expectAccessible(page);
  await page.setViewportSize(PHONE);
  await expectFits(page);
});

test('with the keyboard: w opens the first reason, j and k go from one to the next', async () => {
  const page = await open(NORA.mrn);
  await page.locator('body').press('w');
  const first = needs(page).locator('.need').first();
  assert.equal(await first.getAttribute('open'), '');
  assert.match(await first.innerText(), /can be given from/);
  await page.keyboard.press('j');
  const focused = await page.evaluate(() => document.activeElement.innerText);
  assert.equal(focused, await needs(page).locator('.need summary').nth(1).innerText());
  await page.keyboard.press('w');
  assert.equal(await needs(page).locator('.need').nth(1).getAttribute('open'), '');
  await expectAccessible(page);
});

test('without script a reason opens, and what if answers whether a planned dose would count', async () => {
  const page = await open(NORA.mrn, { javaScriptEnabled: false });
  const varicella = needs(page).locator('.need', { hasText: 'Varicella' });
  await varicella.locator('summary').click();
  assert.match(await varicella.innerText(), /Dose 1 of Varicella can be given from/);
  await page.getByRole('link', { name: 'Try another day or a planned dose' }).click();
  await page.getByLabel('Answer as of').fill('t+60');
  await page.getByLabel('Vaccine of planned dose 1').selectOption({ label: 'MMR (CVX 03)' });
  await page.getByLabel('Given on of planned dose 1').fill('t');
  await page.getByLabel('Vaccine of planned dose 2').selectOption({ label: 'Varicella (CVX 21)' });
  await page.getByLabel('Given on of planned dose 2').fill('t+20');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  const result = page.locator('#result');
  assert.match(await result.innerText(), /with 2 planned doses/);
  assert.match(await result.innerText(), /Valid\s+MMR on [\s\S]*Not valid\s+Varicella on [\s\S]*given 20 days after a live vaccine/);
  assert.match(await page.locator('.compared').innerText(), /MMR changed/);
  const { pathname, search, hash } = new URL(page.url());
  assert.match(`${pathname}${search}`, /^\/patients\/\d{10}\/what-if$/, 'the plan stands in no address');
  assert.ok(['', '#result'].includes(hash), hash);
  await page.locator('.compared').getByRole('button', { name: 'Why? Varicella' }).click();
  assert.match(await page.locator('p.lead').innerText(), /supposing MMR on [\d/]+ and Varicella on [\d/]+/);
  assert.match(await page.getByRole('region', { name: 'The planned doses' }).innerText(), /Not valid[\s\S]*CONFLICT-3/);
  const asked = new URL(page.url());
  assert.match(`${asked.pathname}${asked.search}`, /^\/patients\/\d{10}\/why\/varicella$/, 'nor does what it was asked with');
  await page.getByRole('button', { name: 'Back to what if' }).click();
  assert.match(await page.locator('#result').innerText(), /with 2 planned doses/);
  await page.getByRole('link', { name: 'Back to the record' }).click();
  assert.equal(await page.locator('.grid td', { hasText: day(0).screen }).count(), 0, 'nothing was stored');
});

test('what if is accessible, fits a phone, and says beside the field what cannot be read', async () => {
  const page = await open(NORA.mrn);
  const path = `${new URL(page.url()).pathname}/what-if`;
  await browser.visit(path, { page });
  await expectAccessible(page);
  page.expectedStatus = 422;
  await page.getByLabel('Answer as of').fill('someday');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.innerText), /There is a problem/);
  assert.equal(await page.getByLabel('Answer as of').inputValue(), 'someday');
  await expectAccessible(page);
  page.expectedStatus = 200;
  await page.getByLabel('Answer as of').fill('t+90');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  await page.locator('#result').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.id), /result/);
  await expectAccessible(page);
  await page.setViewportSize(PHONE);
  await expectFits(page);
  await page.setViewportSize(DESK);
  await page.locator('.compared').getByRole('button', { name: 'Why? MMR' }).click();
  await page.getByRole('heading', { name: 'Why: MMR' }).waitFor();
  await expectAccessible(page);
});

test('a newborn without doses is offered what a newborn needs', async () => {
  const page = await open(NEWBORN.mrn);
  const card = await needs(page).innerText();
  assert.match(card, /Hepatitis B dose 1/);
  assert.match(await page.getByRole('main').innerText(), /No doses are on record/);
  assert.match(await page.getByRole('region', { name: 'Next visit' }).innerText(), /in \d+ (days|weeks)/);
  await expectAccessible(page);
  await page.setViewportSize(PHONE);
  await expectFits(page);
});

test('on paper the needs and the dates stay and the ways to click are gone', async () => {
  const page = await open(NORA.mrn);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await needs(page).isVisible(), true);
  assert.equal(await page.locator('.groups').isVisible(), true);
  for (const hidden of ['.need__why', '.needs__try', '.grid__link']) {
    assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  }
});

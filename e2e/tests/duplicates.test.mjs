// One person or two: the queue and the side-by-side page, answered with keys, taken back, and read by axe.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 900 } });
const HOUSEHOLD = { maiden: 'Marsh', mother: 'Ida', street: '12 Heron Way', phone: '5462229876' };
const NORA = { family: 'Quell', given: 'Nora', born: '20230311', mrn: 'E2E-NORA', household: HOUSEHOLD };

before(async () => {
  await report(browser, NORA);
  // Two valid names one letter apart, one birth date, one household: she, or her twin.
  await report(browser, { ...NORA, given: 'Norah', mrn: 'E2E-NORAH', at: 'E2E-SOUTH' });
  // Five years older, another first name: shares no key with them but those of the household.
  await report(browser, { ...NORA, given: 'Emil', sex: 'M', born: '20180702', mrn: 'E2E-EMIL', doses: [] });
});

// Opens the question about Norah from the queue, wherever it stands in it.
async function question() {
  const page = await browser.signIn('data-quality');
  await browser.visit('/patients/duplicates', { page });
  const link = page.getByRole('link', { name: 'QUELL, Norah' });
  for (let pages = 0; pages < 20 && (await link.count()) === 0; pages += 1) {
    await page.getByRole('link', { name: 'More', exact: true }).click();
    await page.waitForLoadState();
  }
  await link.first().click();
  await page.waitForURL(/\/patients\/duplicates\/\d+$/);
  return page;
}

async function says(page, words) {
  await page.getByText(words).first().waitFor();
}

// The number reaches the answer, Enter gives it.
async function answer(page, key) {
  await page.locator('body').press(key);
  await page.keyboard.press('Enter');
}

test('the queue says what waits and how reviewing goes', async () => {
  const page = await browser.signIn('data-quality');
  await browser.visit('/patients/duplicates', { page });
  await expectAccessible(page);
  const main = await page.getByRole('main').innerText();
  for (const words of ['How reviewing goes', 'less than a day', 'Two reviewers agreed', 'Merges taken back']) {
    assert.ok(main.includes(words), `the queue says ${words}`);
  }
});

test('a question shows what differs, why it is asked, and who else lives there', async () => {
  const page = await question();
  await expectAccessible(page);
  const main = await page.getByRole('main').innerText();
  assert.match(main, /two different valid/i);
  const names = page.locator('.pair tr', { has: page.getByRole('rowheader', { name: 'First name' }) });
  const marked = await names.locator('mark.differs').allInnerTexts();
  assert.deepEqual(marked, ['h'], 'only the letter that Nora does not have is marked');
  const family = page.locator('section[aria-labelledby=family-heading]');
  assert.match(await family.innerText(), /QUELL, Emil/, 'the brother is found by the household alone');
  assert.doesNotMatch(main, /\d+:E2E/, 'whose number it is, is told in words');
  await page.setViewportSize({ width: 320, height: 640 });
  await expectFits(page);
});

test('every answer has a key, and is taken back', async () => {
  const page = await question();
  for (const [key, done, state] of [
    ['2', 'Different persons: they are not proposed again', 'Answered.'],
    ['3', 'Twin or sibling: they are not proposed again', 'Answered.'],
    ['1', 'Same person: the two records are one now', 'The two records are one now'],
  ]) {
    await answer(page, key);
    await says(page, done);
    await says(page, state);
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Take back/ }).last().click();
    await says(page, 'Taken back: the question is open again');
  }
  await answer(page, '4');
  await says(page, 'A second reviewer is asked');
  await page.getByRole('button', { name: /^Take back/ }).last().click();
  await says(page, 'Taken back: the question is open again');
});

test('without script the same is done with buttons', async () => {
  const page = await browser.signIn('data-quality', { javaScriptEnabled: false });
  await browser.visit('/patients/duplicates', { page });
  await page.getByRole('link', { name: /^Take the next one/ }).click();
  await page.getByRole('button', { name: 'Not sure' }).click();
  await says(page, 'A second reviewer is asked');
  await page.getByRole('button', { name: /^Take back/ }).last().click();
  await says(page, 'Taken back: the question is open again');
});

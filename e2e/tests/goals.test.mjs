// The goals of the desk, counted: the same budgets of actions and keys with script and without (screens 1.3, G1 to G5).
//
// An action is one click, one Enter, one chord or one scan; a key is a character typed.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const MODES = [
  { name: 'with script', how: {}, mrn: 'GOAL-A', given: 'Asta' },
  { name: 'without script', how: { javaScriptEnabled: false }, mrn: 'GOAL-B', given: 'Bela' },
];
const LOTS = [['21', 'GOAL-21'], ['83', 'GOAL-83'], ['133', 'GOAL-133']]; // varicella, hepatitis A, pneumococcal conjugate

before(async () => {
  for (const { given, mrn } of MODES) {
    await report(browser, { family: 'Zetma', given, born: '20240211', mrn, doses: [['20250210', '03', 'MMR']] });
  }
});

let isStocked = false;
async function stock() {
  if (isStocked) return;
  const keeper = await browser.signIn('primary-vaccine-coordinator');
  for (const [cvx, number] of LOTS) {
    await browser.visit('/inventory/receive', { page: keeper });
    const form = keeper.getByRole('main');
    await form.getByLabel('Vaccine', { exact: true }).selectOption(cvx);
    await form.getByLabel('Lot number').fill(number);
    await form.getByLabel('Expires').fill('12/31/2099');
    await form.getByLabel('Doses').fill('20');
    await form.getByLabel('Funding').selectOption('public-vfc');
    await form.getByLabel('Refrigerator or freezer').fill('Frig 1');
    await form.getByRole('button', { name: 'Receive' }).click();
    await keeper.waitForURL(/received=20/);
  }
  isStocked = true;
}

// Counts what is done: `act` an action, `type` its keys.
function counting(page) {
  const count = { actions: 0, keys: 0 };
  count.act = async (does) => {
    count.actions += 1;
    await does;
  };
  count.type = async (text) => {
    count.keys += text.length;
    await page.keyboard.type(text);
  };
  return count;
}

async function open(page, mrn) {
  await page.goto('/patients');
  await page.getByRole('main').getByLabel('Registry ID or record number').fill(mrn);
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\/patients\/\d{10}$/);
  return new URL(page.url()).pathname;
}

// Takes the lot of this number in the row of a vaccine, where it is not chosen already.
async function take(row, number, count) {
  const lot = row.locator('select.give__lot');
  const ours = await lot.locator('option', { hasText: number }).getAttribute('value');
  if ((await lot.inputValue()) !== ours) await count.act(lot.selectOption(ours));
}

// Saves; what has to be read first costs one more.
async function save(page, count) {
  await count.act(page.getByRole('button', { name: / — at / }).click());
  if (!/saved/.test(page.url())) await count.act(page.getByRole('button', { name: 'all the same' }).click());
  await page.waitForURL(/doses\/saved/);
}

for (const { name, how, mrn, given } of MODES) {
  const hasScript = how.javaScriptEnabled !== false;

  test(`G1 ${name}: a child is found from any page in three actions and 18 keys, and what is due is seen`, async () => {
    const page = await browser.signIn('clinic-access', how);
    await page.goto('/keyboard');
    const count = counting(page);
    // the key that jumps to the search needs script; without it the box is clicked
    await count.act(hasScript ? page.locator('body').press('/') : page.getByRole('banner').getByRole('searchbox').click());
    await count.type(`zetma, ${given} 021124`.toLowerCase());
    await count.act(page.keyboard.press('Enter'));
    await page.waitForURL(/\/patients\/(searches\/)?\d+$/);
    if (/searches/.test(page.url())) {
      const found = page.getByRole('main').getByRole('link', { name: new RegExp(given, 'i') }).first();
      await count.act(hasScript ? page.keyboard.press('Enter') : found.click());
    }
    await page.waitForURL(/\/patients\/\d{10}$/);
    assert.ok(count.actions <= 3 && count.keys <= 18, `${count.actions} actions, ${count.keys} keys`);
    assert.match(await page.getByRole('heading', { name: /Needs today/ }).innerText(), /Needs today/);
  });

  test(`G2 ${name}: one due dose with a scanner in at most four actions`, async () => {
    await stock();
    const page = await browser.signIn('primary-vaccine-coordinator', how);
    await open(page, mrn);
    const count = counting(page);
    await count.act(page.getByRole('link', { name: 'Give Varicella' }).click());
    await page.waitForURL(/doses\/new\?give=/);
    assert.equal(await page.locator('#scan:focus').count(), 1, 'the scanner can begin at once');
    await page.keyboard.type('(01)00349281286100(17)991231(10)GOAL-21');
    await count.act(page.keyboard.press('Enter'));
    await page.getByText(/Lot GOAL-21 is chosen for/).waitFor();
    await count.act(page.getByText('V02 VFC').click());
    await save(page, count);
    assert.ok(count.actions <= 4, `${count.actions} actions`);
    assert.match(await page.getByRole('main').innerText(), /lot GOAL-21: saved/);
    if (hasScript) await expectAccessible(page); // axe needs script
  });

  test(`G2 and G3 ${name}: from the lot picker in at most seven actions, each further dose in three`, async () => {
    await stock();
    const page = await browser.signIn('primary-vaccine-coordinator', how);
    await open(page, mrn);
    const first = counting(page);
    await first.act(page.getByRole('link', { name: 'Give Hepatitis A' }).click());
    await page.waitForURL(/doses\/new\?give=/);
    await first.act(page.getByText('V02 VFC').click());
    await take(page.locator('tr', { hasText: 'Hepatitis A' }).first(), 'GOAL-83', first);
    const further = counting(page);
    const row = page.locator('tr', { hasText: 'Pneumococcal' }).first();
    await further.act(row.locator('th label').click());
    await take(row, 'GOAL-133', further);
    await further.act(row.getByLabel('Body site of').selectOption({ index: 1 }));
    await save(page, first);
    assert.ok(first.actions <= 7, `${first.actions} actions for the first`);
    assert.ok(further.actions <= 3, `${further.actions} actions for the further one`);
    assert.match(await page.getByRole('main').innerText(), /Saved 2 doses/);
  });

  test(`G4 ${name}: twelve doses of a card with the keyboard alone, at most 14 keys a dose, one Save`, async () => {
    const page = await browser.signIn('clinic-access', how);
    const record = await open(page, mrn);
    await page.goto(`${record}/history/new`);
    assert.equal(await page.locator('#l0_1:focus').count(), 1, 'typing begins at once');
    const lines = [
      ['021124', '041624', '082124', '', ''],
      ['041624', '061824', '', '', ''],
      ['041624', '061824', '082124', '051625', ''],
      ['', '', '', '', ''],
      ['041624', '061824', '082124', '', ''],
    ];
    const count = counting(page);
    const doses = lines.flat().filter(Boolean).length;
    for (const date of lines.flat()) {
      await count.type(date);
      count.keys += 1;
      await page.keyboard.press('Tab');
    }
    await count.act(page.keyboard.press('Enter'));
    await page.waitForURL(/\/history\?done=history-12$/);
    assert.equal(doses, 12);
    assert.ok(count.keys + count.actions <= 14 * doses, `${count.keys} keys`);
    assert.equal(count.actions, 1, 'one Save');
  });

  test(`G5 ${name}: the official record is printed from the patient page in two actions`, async () => {
    const page = await browser.signIn('clinic-access', how);
    await open(page, mrn);
    const count = counting(page);
    await count.act(page.getByRole('main').getByRole('link', { name: /^Print/ }).first().click());
    await page.waitForURL(/\/print$/);
    const made = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await count.act(page.getByRole('button', { name: 'Make the PDF' }).click());
    assert.equal((await made).headers()['content-type'], 'application/pdf');
    assert.equal(count.actions, 2);
  });
}

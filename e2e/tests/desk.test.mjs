// The desk: a yellow card by keyboard with its keys counted, a new person, a visit from the site's lots; on accessible
// pages that fit a phone, with and without script.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { expectAccessible, expectFits, typePassword, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const PHONE = { width: 320, height: 640 };
const DESKTOP = { width: 1366, height: 768 };

const OLIVE = { family: 'Tarn', given: 'Olive', born: '20240211', mrn: 'DESK-OLIVE', doses: [['20250210', '03', 'MMR']] };

before(() => report(browser, OLIVE));

async function openOlive(page) {
  await page.goto('/patients');
  const form = page.getByRole('main');
  await form.getByLabel('Registry ID or record number').fill(OLIVE.mrn);
  await form.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\/patients\/\d{10}$/);
  return new URL(page.url()).pathname;
}

// Nothing wrong for a screen reader, and no wider than a phone.
async function expectGood(page) {
  await expectAccessible(page);
  await page.setViewportSize(PHONE);
  await expectFits(page);
  await page.setViewportSize(DESKTOP);
}

test('every form of the desk is accessible and fits a phone', async () => {
  const page = await browser.signIn('primary-vaccine-coordinator');
  const record = await openOlive(page);
  await expectGood(page);
  for (const path of [`${record}/history/new`, `${record}/doses/new`, `${record}/notes/new`, `${record}/demographics`, `${record}/reports`, `${record}/status`, '/inventory/receive', '/inventory', '/inventory/not-decremented']) {
    await browser.visit(path, { page });
    await expectGood(page);
  }
});

test('G4: twelve doses of a card with the keyboard alone, at most 14 keys a dose, one Save', async () => {
  const page = await browser.signIn('clinic-access');
  const record = await openOlive(page);
  let keys = 0;
  const press = async (key) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  const type = async (text) => {
    keys += text.length;
    await page.keyboard.type(text);
  };
  await page.locator('body').press('h');
  await page.waitForURL(/history\/new$/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'l0_1', 'typing begins at once');
  // Hepatitis B, rotavirus, DTaP, and so on down the card: five dates a line, four lines.
  const lines = [
    ['021124', '041524', '082024', '', ''],
    ['041524', '061724', '', '', ''],
    ['041524', '061724', '082024', '051525', ''],
    ['', '', '', '', ''],
    ['041524', '061724', '082024', '', ''],
  ];
  let doses = 0;
  for (const dates of lines) {
    for (const date of dates) {
      if (date) doses += 1;
      if (date) await type(date);
      await press('Tab');
    }
  }
  await press('Enter');
  await page.waitForURL(/\/history\?done=history-12$/);
  assert.equal(doses, 12);
  assert.ok(keys <= 14 * doses, `${keys} keys for ${doses} doses`);
  assert.match(await page.getByRole('main').innerText(), /13 doses/);
  assert.equal(new URL(page.url()).pathname, `${record}/history`);
});

test('without script a person is added after a search, and nobody before one', async () => {
  const page = await browser.signIn('clinic-access', { javaScriptEnabled: false });
  await page.goto('/patients/new');
  assert.equal(new URL(page.url()).pathname, '/patients');
  const form = page.getByRole('main');
  await form.getByLabel('Last name').fill('Fennimore');
  await form.getByLabel('First name or initial').fill('Ruth');
  await form.getByLabel('Birth date').fill('03/04/2023');
  await form.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: 'Add a new patient' }).click();
  await page.locator('#sex').selectOption('F');
  await page.getByRole('main').getByRole('button', { name: 'Add' }).click();
  await page.waitForURL(/\/patients\/\d{10}\?done=added$/);
  assert.match(await page.locator('h1').innerText(), /Ruth Fennimore/);
  await page.getByRole('link', { name: 'Change demographics' }).click();
  assert.equal(await page.locator('#last').inputValue(), 'Fennimore');
});

test('G2: a due dose from the lot picker in at most seven actions, and what is left is told', async () => {
  const keeper = await browser.signIn('primary-vaccine-coordinator');
  await browser.visit('/inventory/receive', { page: keeper });
  const form = keeper.getByRole('main');
  await form.getByLabel('Vaccine', { exact: true }).selectOption('21');
  await form.getByLabel('Lot number').fill('E2E-21');
  await form.getByLabel('Expires').fill('12/31/2099');
  await form.getByLabel('Doses').fill('10');
  await form.getByLabel('Funding').selectOption('public-vfc');
  await form.getByLabel('Refrigerator or freezer').fill('Frig 1');
  await form.getByRole('button', { name: 'Receive' }).click();
  await keeper.waitForURL(/received=10/);
  const record = await openOlive(keeper);
  let actions = 0;
  const act = async (does) => {
    actions += 1;
    await does;
  };
  await act(keeper.locator('body').press('a'));
  await keeper.waitForURL(/doses\/new$/);
  await act(keeper.getByText('V02 VFC').click());
  const varicella = keeper.locator('tr', { hasText: 'Varicella' }).first();
  await act(varicella.locator('th label').click());
  const lot = varicella.locator('select.give__lot');
  const ours = await lot.locator('option', { hasText: 'E2E-21' }).getAttribute('value');
  await act(lot.selectOption(ours));
  await act(keeper.getByRole('button', { name: 'at' }).last().click());
  if (!/saved/.test(keeper.url())) {
    await keeper.getByText('Read this before you save').waitFor();
    await expectAccessible(keeper);
    await act(keeper.getByRole('button', { name: 'all the same' }).click());
  }
  await keeper.waitForURL(/doses\/saved/);
  assert.ok(actions <= 7, `${actions} actions`);
  assert.match(await keeper.getByRole('main').innerText(), /lot E2E-21: saved\. 9 doses left\./);
  await expectGood(keeper);
  assert.ok(keeper.url().includes(record));
});

test('G3: each further dose of the same visit in at most three actions, from Give on the record', async () => {
  const keeper = await browser.signIn('primary-vaccine-coordinator');
  const lots = [['83', 'E2E-83'], ['133', 'E2E-133']]; // hepatitis A; pneumococcal conjugate
  for (const [cvx, number] of lots) {
    await browser.visit('/inventory/receive', { page: keeper });
    const form = keeper.getByRole('main');
    await form.getByLabel('Vaccine', { exact: true }).selectOption(cvx);
    await form.getByLabel('Lot number').fill(number);
    await form.getByLabel('Expires').fill('12/31/2098');
    await form.getByLabel('Doses').fill('10');
    await form.getByLabel('Funding').selectOption('public-vfc');
    await form.getByLabel('Refrigerator or freezer').fill('Frig 1');
    await form.getByRole('button', { name: 'Receive' }).click();
    await keeper.waitForURL(/received=10/);
  }
  await openOlive(keeper);
  await keeper.getByRole('link', { name: 'Give Hepatitis A' }).click();
  await keeper.waitForURL(/doses\/new\?give=HepA$/);
  const hepatitis = keeper.locator('tr', { hasText: 'Hepatitis A' }).first();
  assert.ok(await hepatitis.getByRole('checkbox').isChecked(), 'its row is ticked');
  assert.equal(await hepatitis.getByLabel('Route of').inputValue(), 'C28161', 'the product has one route');
  assert.equal(await hepatitis.getByLabel('Body site of').inputValue(), '', 'nobody chose a body site');
  await keeper.getByText('V02 VFC').click();
  let actions = 0;
  const act = async (does) => {
    actions += 1;
    await does;
  };
  // the further dose: tick, choose the lot where it is not the first to expire, save with the others
  const further = keeper.locator('tr', { hasText: 'Pneumococcal' }).first();
  await act(further.locator('th label').click());
  const lot = further.locator('select.give__lot');
  const ours = await lot.locator('option', { hasText: 'E2E-133' }).getAttribute('value');
  if ((await lot.inputValue()) !== ours) await act(lot.selectOption(ours));
  // and where on the body it is given
  await act(further.getByLabel('Body site of').selectOption({ index: 1 }));
  await expectGood(keeper);
  await keeper.getByRole('button', { name: 'at' }).last().click();
  if (!/saved/.test(keeper.url())) await keeper.getByRole('button', { name: 'all the same' }).click();
  await keeper.waitForURL(/doses\/saved/);
  assert.ok(actions <= 3, `${actions} actions besides the visit's one save`);
  const saved = await keeper.getByRole('main').innerText();
  assert.match(saved, /Saved 2 doses/);
  assert.match(saved, /Hep A, .*: saved/);
  assert.match(saved, /lot E2E-133: saved/);
});

test('Ctrl+Enter saves the form that is typed into', async () => {
  const page = await browser.signIn('clinic-access');
  const record = await openOlive(page);
  await browser.visit(`${record}/notes/new`, { page });
  await page.getByLabel('Contraindication', { exact: true }).selectOption({ label: 'Allergy to latex' });
  await page.locator('#on').press('Control+Enter');
  await page.waitForURL(/done=noted/);
  await page.getByText('Allergy to latex').first().waitFor();
});

test('a reaction is noted after a dose, warns in the strip, and is taken back by who wrote it', async () => {
  const page = await browser.signIn('clinic-access');
  const record = await openOlive(page);
  await browser.visit(`${record}/notes/new?kind=reaction`, { page });
  const form = page.getByRole('main');
  await form.getByLabel('Dose that it followed').selectOption({ index: 1 });
  await form.getByLabel('Reaction', { exact: true }).selectOption({ label: 'Hives' });
  await form.getByLabel('Date', { exact: true }).fill('t');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\?done=noted$/);
  assert.match(await page.getByRole('region', { name: 'Do not overlook' }).innerText(), /Reaction: hives after /i);
  await expectGood(page);
  await page.getByRole('link', { name: /^Remove Reaction/ }).click();
  await expectGood(page);
  await page.getByRole('main').getByText('Entered twice').click();
  await page.getByRole('button', { name: 'Remove it from the record' }).click();
  await page.waitForURL(/\?done=removed$/);
  assert.equal(await page.getByText('Reaction: hives').count(), 0);
});

test('S-65: the status is set for the clinic by keyboard, says what its reason wants, and shows on the record', async () => {
  const page = await browser.signIn('primary-vaccine-coordinator');
  const record = await openOlive(page);
  await browser.visit(`${record}/status`, { page });
  const state = page.getByRole('region', { name: 'In the state' });
  await state.getByLabel('Inactive: lives outside the state').press('Space');
  page.expectedStatus = 422;
  await state.getByRole('button', { name: 'Save for the state' }).press('Enter');
  await page.getByRole('alert').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.innerText), /There is a problem/);
  await expectGood(page);
  page.expectedStatus = undefined;
  await page.getByRole('region', { name: 'In the state' }).getByLabel('Note').fill('Moved to Ohio');
  await page.getByRole('button', { name: 'Save for the state' }).press('Enter');
  await page.waitForURL(/status\?done=status$/);
  assert.match(await page.getByRole('main').innerText(), /Moved to Ohio/);
  await expectGood(page);
  await browser.visit(record, { page });
  assert.match(await page.getByRole('region', { name: 'Do not overlook' }).innerText(), /lives outside the state/);
  await browser.visit(`${record}/status`, { page });
  const again = page.getByRole('region', { name: 'In the state' });
  await again.getByLabel('Active', { exact: true }).press('Space');
  await again.getByRole('button', { name: 'Save for the state' }).press('Enter');
  await page.waitForURL(/status\?done=status$/);
});

test('what is typed goes to the registry when the session ends, and the way back leads to the form', async () => {
  const nurse = browser.people.find((one) => one.role === 'clinic-access');
  const page = await browser.signIn(nurse.role);
  const form = `${await openOlive(page)}/demographics/change`;
  await page.clock.install();
  await page.goto(form);
  const field = page.getByRole('main').getByLabel('Telephone').first();
  await field.fill('(202) 555-0123');
  // typing is doing something: a minute later it has asked for more time
  await page.clock.runFor('01:05');
  const extended = page.waitForRequest((request) => request.url().endsWith('/session/extend'));
  await field.pressSequentially(' ');
  await extended;
  // the same person ends the session from another browser; the page learns of it when its time is over
  const other = await browser.signIn(nurse.role);
  await other.goto('/account');
  await other.getByRole('button', { name: 'End all other sessions' }).click();
  await other.waitForLoadState();
  const kept = page.waitForRequest((request) => request.url().endsWith('/session/draft'));
  await page.clock.runFor('15:02');
  const body = new URLSearchParams((await kept).postData());
  assert.equal(body.get('draft_for'), form);
  assert.ok([...body.values()].some((value) => value.trim() === '(202) 555-0123'), 'what was typed');
  await page.waitForURL(/\/sign-in\?/);
  await typePassword(page, nurse);
  await page.waitForURL((address) => address.pathname === form);
});

for (const javaScriptEnabled of [true, false]) test(`${javaScriptEnabled ? 'with' : 'without'} script an address abroad has its country, a death is asked about and taken back, a removed dose is put back`, async () => {
  const page = await browser.signIn('clinic-access', { javaScriptEnabled });
  const look = async () => { if (javaScriptEnabled) await expectGood(page); }; // axe needs script
  const city = javaScriptEnabled ? 'Oaxaca' : 'Puebla'; // what stands already is not saved again
  const record = await openOlive(page);
  const form = page.getByRole('main');
  await browser.visit(`${record}/demographics/change`, { page });
  for (const [id, text] of [['street', 'Calle 5'], ['city', city], ['state', 'Oax.'], ['zip', 'K1A 0B1']]) {
    await form.locator(`#${id}`).fill(text);
  }
  await form.locator('#country').selectOption({ label: 'Mexico' });
  await look();
  await form.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/done=changed$/);
  assert.match(await form.innerText(), new RegExp(`Calle 5, ${city}, Oax\\. K1A 0B1, Mexico`));

  await browser.visit(`${record}/demographics/change`, { page });
  await form.locator('#died').fill('t');
  await form.getByRole('button', { name: 'Save' }).click();
  assert.match(await form.innerText(), /will count as deceased/);
  await look();
  await form.getByRole('button', { name: 'all the same' }).click();
  await page.waitForURL(/done=changed$/);
  await browser.visit(`${record}/demographics/change`, { page });
  await form.locator('#died').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/done=changed$/);
  assert.equal(await page.getByText(/deceased/i).count(), 0);

  await browser.visit(`${record}/history/new`, { page });
  await form.locator('#l11_1').fill(javaScriptEnabled ? '05/02/2025' : '04/02/2025');
  await page.keyboard.press('Enter');
  await page.waitForURL(/history\?done=/);
  const count = () => form.locator('tbody[id^="dose-"]').count();
  const doses = await count();
  await browser.visit(await page.locator('a[href$="/mend"]').first().getAttribute('href'), { page });
  await form.getByLabel('Entered twice').press('Space');
  await form.getByRole('button', { name: 'Remove this dose' }).click();
  await page.waitForURL(/done=removed/);
  assert.equal(await count(), doses - 1);
  await look();
  await form.getByRole('button', { name: 'Undo: put the dose back' }).click();
  await page.waitForURL(/done=undone$/);
  assert.equal(await count(), doses);
});

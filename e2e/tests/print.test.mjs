// Printing a record and confirming it: with the keyboard, without script, on a narrow phone.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const browser = useBrowser({ viewport: { width: 1366, height: 768 } });
const PHONE = { width: 320, height: 640 };
const OLA = {
  family: 'Printz',
  given: 'Ola',
  born: '20240211',
  mrn: 'E2E-OLA',
  doses: [
    ['20240415', '120', 'DTaP-Hib-IPV'],
    ['20250210', '03', 'MMR'],
  ],
};

before(() => report(browser, OLA));

async function opened(how = {}) {
  const page = await browser.signIn('clinic-access', how);
  await page.goto('/patients');
  await page.getByRole('main').getByLabel('Registry ID or record number').fill('E2E-OLA');
  await page.getByRole('main').getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/\/patients\/\d{10}$/);
  return page;
}

// Reads a page with axe, wide and narrow; a picture of both where OPENIIS_PICTURES says.
async function look(page, name) {
  const wide = page.viewportSize();
  for (const size of [wide, PHONE]) {
    await page.setViewportSize(size);
    await expectAccessible(page);
    await expectFits(page);
    const folder = process.env.OPENIIS_PICTURES;
    if (folder) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: `${folder}/${name}-${size.width}.png`, fullPage: true });
    }
  }
  await page.setViewportSize(wide);
}

// Makes the document. The browser shows it; the same form sent once more gives a file to read.
async function print(page) {
  const button = page.getByRole('button', { name: 'Make the PDF' });
  const fields = await button.evaluate((made) => Object.fromEntries(new FormData(made.form)));
  const address = page.url();
  const arriving = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await button.click();
  const shown = await arriving;
  assert.equal(shown.status(), 200);
  assert.equal(shown.headers()['content-type'], 'application/pdf');
  assert.equal(shown.headers()['content-disposition'], 'inline; filename="immunization-record.pdf"', 'named for what it is');
  const headers = { origin: browser.url };
  const answer = await page.context().request.post(address, { form: fields, headers });
  const pdf = await answer.body();
  const text = execFileSync('pdftotext', ['-raw', '-', '-'], { encoding: 'utf8', input: pdf });
  return { pdf, address, text, code: text.match(/\b\w{4}-\w{4}-\w{4}\b/)[0] };
}

test('G5: the official record is printed from the patient page in two actions', async () => {
  const page = await opened();
  await page.keyboard.press('p');
  await page.waitForURL(/\/patients\/\d{10}\/print$/);
  await look(page, 'print');
  const { text, address } = await print(page);
  for (const part of ['Official immunization record', 'Printz, Ola', '02/10/2025']) {
    assert.ok(text.includes(part), `the record says ${part}: ${text}`);
  }
  await browser.visit(new URL(address).pathname, { page });
  assert.match(await page.getByRole('main').innerText(), /As the record stands today/);
  await look(page, 'print-printed');
});

for (const javaScriptEnabled of [true, false]) {
  test(`whoever has the paper confirms it without an account, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
    const nurse = await opened({ javaScriptEnabled });
    await nurse.getByRole('link', { name: 'Print official record' }).click();
    await nurse.getByText('Spanish (español)').click();
    const { pdf, text, code } = await print(nurse);
    assert.match(text, /Registro oficial de vacunación/);

    const school = await browser.visit('/verify', { javaScriptEnabled });
    if (javaScriptEnabled) await look(school, 'verify');
    await school.getByLabel(/Code on the document/).fill(code.toLowerCase());
    await school.getByRole('button', { name: 'Confirm' }).click();
    await school.waitForURL(/\/verify\/[\w-]{14}$/);
    const main = await school.getByRole('main').innerText();
    for (const part of ['We issued this document', 'O. P.', '2024', '2 doses']) assert.ok(main.includes(part), `${part}: ${main}`);
    for (const part of ['Printz', 'Ola', '02/11', 'MMR']) assert.ok(!main.includes(part), `${part} is not said`);
    if (javaScriptEnabled) await look(school, 'verify-known');

    await school.getByLabel(/Have the PDF/).setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: pdf });
    await school.getByRole('button', { name: 'Compare the file' }).click();
    await school.getByText('The file is the one we issued, unchanged').waitFor();
    const changed = Buffer.from(pdf);
    changed[changed.length >> 1] ^= 1;
    await school.getByLabel(/Have the PDF/).setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: changed });
    await school.getByRole('button', { name: 'Compare the file' }).click();
    await school.getByText('The file is not the one we issued').waitFor();

    // revoking is asked on a page of its own; whoever looks again is told
    await nurse.goto(new URL(nurse.url()).pathname.replace(/\/revoke$/, ''));
    await nurse.getByRole('link', { name: /^Revoke/ }).first().click();
    assert.match(await nurse.getByRole('main').innerText(), /It is not taken back/);
    if (javaScriptEnabled) await look(nurse, 'revoke');
    await nurse.getByText('It was lost or stolen').click();
    await nurse.getByRole('button', { name: 'Revoke this document' }).click();
    await nurse.waitForURL(/done=revoked$/);
    await browser.visit(`/verify/${code}`, { page: school });
    assert.match(await school.getByRole('main').innerText(), /was revoked/);
  });
}

test('a code that nobody issued is refused', async () => {
  const page = await browser.visit('/verify/2222-3333-4444', { status: 404 });
  assert.match(await page.getByRole('main').innerText(), /We issued no document with this code/);
  await look(page, 'verify-unknown');
});

// Getting access: the public pages, and a clinic's nurse on her whole way in the demonstration, whose mailbox shows the
// letters. Each page is read by axe, on a wide screen and on a telephone; the way works without JavaScript too.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';

const TELEPHONE = { width: 375, height: 740 };
const browser = useBrowser({ viewport: { width: 1280, height: 900 } });

// Reads the page as it is, on a wide screen and on a telephone; a picture of both where OPENIIS_PICTURES says.
async function look(page, name) {
  await expectAccessible(page);
  await picture(page, name);
  const wide = page.viewportSize();
  await page.setViewportSize(TELEPHONE);
  await expectFits(page);
  await picture(page, `${name}-375`);
  await page.setViewportSize(wide);
}

async function picture(page, name) {
  const folder = process.env.OPENIIS_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

// Opens the link of the latest letter to somebody with these words in its subject, from the mailbox of the demonstration.
async function openLetter(page, to, subject) {
  for (let looks = 0; looks < 40; looks += 1) {
    await page.goto('/mailbox');
    const letter = page.locator('article').filter({ hasText: `To ${to}` }).filter({ hasText: subject });
    if ((await letter.count()) > 0) {
      await letter.first().getByRole('link').first().click();
      return;
    }
    await page.waitForTimeout(250);
  }
  assert.fail(`no letter "${subject}" to ${to}`);
}

// Saves the file behind a link: its name and its content.
async function saved(page, name) {
  const arriving = page.waitForEvent('download');
  await page.getByRole('link', { name }).click();
  const download = await arriving;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

for (const path of ['/request-access', '/enroll', '/training', '/training/courses/GUC', '/help/tickets/new']) {
  test(`${path} opens for everybody, accessible and without a fault`, async () => {
    const page = await browser.visit(path);
    await look(page, path.slice(1).replaceAll('/', '-'));
  });
}

for (const [role, path] of [
  ['help-desk', '/help/requests'],
  ['help-desk', '/help/accounts?find=a'],
  ['help-desk', '/help/accounts/clinic'],
  ['help-desk', '/help/enrollments'],
  ['help-desk', '/help/tickets'],
  ['help-desk', '/admin/training'],
  ['help-desk', '/admin/news'],
  ['primary-vaccine-coordinator', '/clinic/staff'],
  ['primary-vaccine-coordinator', '/clinic/agreement'],
  ['site-administrator', '/admin/accounts'],
  ['site-administrator', '/admin/enrollment'],
  ['site-administrator', '/tickets'],
  ['clinic-access', '/patients/emergency'],
  ['privacy-officer', '/admin/emergencies'],
  ['privacy-officer', '/admin/access?user=clinic&patient='],
  ['system-administrator', '/admin/roles'],
  ['system-administrator', '/admin/audit'],
]) {
  test(`${path} opens for its role, accessible and without a fault`, async () => {
    const page = await browser.signIn(role);
    await browser.visit(path, { page });
    await look(page, path.split('?')[0].slice(1).replaceAll('/', '-'));
  });
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with script' : 'without script';
  const who = javaScriptEnabled ? 'nora' : 'nils';
  const email = `${who}@calder.example`;
  const name = javaScriptEnabled ? 'Nora Quill' : 'Nils Quill';

  test(`from the public page to the password, ${how}`, async () => {
    const page = await browser.open({ javaScriptEnabled });
    await page.goto('/request-access');
    await page.getByLabel('First and last name').fill(name);
    await page.getByLabel('E-mail').fill(email);
    await page.getByText('General user: clinic').click();
    await page.getByText('Yes', { exact: true }).click();
    await page.getByLabel('Type of access').selectOption({ label: 'Clinic Access' });
    await page.getByLabel('Clinic, school or office').fill('CALPEDS-ALDER');
    await page.getByLabel('Site administrator').fill('Sadie Adair');
    await page.getByRole('button', { name: 'Save and send me the link' }).click();
    await openLetter(page, email, 'confirm your address');
    const status = page.url();
    if (javaScriptEnabled) await look(page, 'request-status');
    assert.match(await page.getByRole('main').innerText(), /Not on record: General User Course/);

    await page.goto('/training');
    await page.getByLabel('First and last name').fill(name);
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send me the link' }).click();
    await openLetter(page, email, 'Your training record');
    await page.getByRole('link', { name: 'General User Course' }).click();
    if (javaScriptEnabled) await look(page, 'training-course');
    await page.getByRole('button', { name: 'I completed it' }).click();
    await page.getByText('Noted: the course is complete').waitFor();
    if (javaScriptEnabled) await look(page, 'training-record');

    const coordinator = await browser.signIn('primary-vaccine-coordinator', { javaScriptEnabled });
    await coordinator.goto('/clinic/staff');
    await coordinator.getByLabel('First and last name').fill(name);
    await coordinator.getByLabel('Work e-mail').fill(email);
    await coordinator.getByRole('button', { name: 'Add to the list' }).click();

    await page.goto(status);
    await page.getByRole('button', { name: 'Send in' }).click();
    assert.match(await page.getByRole('main').innerText(), /In the queue/);

    const desk = await browser.signIn('help-desk', { javaScriptEnabled });
    await desk.goto('/help/requests');
    await desk.getByRole('button', { name: 'Next request' }).click();
    if (javaScriptEnabled) await look(desk, 'request-desk');
    await desk.getByRole('button', { name: 'Ask the site administrator' }).click();

    const administrator = await browser.signIn('site-administrator', { javaScriptEnabled });
    await openLetter(administrator, 'site-admin@calder.example', 'waits for your approval');
    if (javaScriptEnabled) await look(administrator, 'approve');
    await administrator.getByRole('button', { name: 'Approve' }).click();

    await openLetter(page, email, 'Set your password');
    if (javaScriptEnabled) await look(page, 'set-password');
    const password = 'quiet otters swim at noon';
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password, once more').fill(password);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByLabel('User name').fill(javaScriptEnabled ? 'n.quill' : 'n.quill2');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const navigation = await page.getByRole('navigation', { name: 'Main' }).innerText();
    assert.match(navigation, /Patients/);
    assert.doesNotMatch(navigation, /Requests|Enrollments|Staff list|Accounts/);
  });
}

// The six digits that an authenticator app shows now for a secret (RFC 6238).
function digits(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const word = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, '0');
}

async function typePassword(page, user, password) {
  await page.goto('/sign-in');
  await page.getByLabel('User name', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

// Presses a button with the keyboard alone.
async function press(page, name) {
  await page.getByRole('main').getByRole('button', { name, exact: true }).focus();
  await page.keyboard.press('Enter');
}

test('who was locked out comes back by the letter, which the desk can have sent again', async () => {
  const page = await browser.open();
  for (let tries = 0; tries < 5; tries += 1) {
    page.expectedStatus = 422;
    await typePassword(page, 'n.quill', 'a guess of somebody else');
    await page.getByRole('alert').waitFor();
  }
  await typePassword(page, 'n.quill', 'quiet otters swim at noon');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /use the link in the message/);
  await look(page, 'sign-in-locked');

  const desk = await browser.signIn('help-desk');
  await desk.goto('/admin/access?user=n.quill');
  await look(desk, 'access-locked');
  await desk.getByRole('link', { name: 'Help with this account' }).click();
  await press(desk, 'Mail the way back again');
  await desk.getByText('Unlocked, or the way back was mailed').waitFor();

  page.expectedStatus = undefined;
  await openLetter(page, 'nora@calder.example', 'locked');
  await look(page, 'way-back');
  await page.getByLabel('Your password').focus();
  await page.keyboard.type('quiet otters swim at noon');
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname === '/');
});

// The code of the latest message to Nora that brings one.
async function mailedCode() {
  const page = await browser.open();
  await page.waitForTimeout(1000);
  await page.goto('/mailbox');
  const letter = page.locator('article').filter({ hasText: 'To nora@calder.example' }).filter({ hasText: 'Your sign-in code' });
  return /\b\d{6}\b/.exec(await letter.first().innerText())[0];
}

test('a code is mailed before the first second factor, and to whoever left the app at home', async () => {
  const page = await browser.open();
  await typePassword(page, 'n.quill', 'quiet otters swim at noon');
  await page.waitForURL((address) => address.pathname === '/');
  await page.goto('/account/second-factor');
  await page.waitForURL((address) => address.pathname === '/account/mailbox');
  await look(page, 'mailbox');
  await press(page, 'Mail me a code');
  await page.getByLabel('Code').waitFor();
  await look(page, 'mailbox-mailed');
  await page.getByLabel('Code').fill(await mailedCode());
  await page.keyboard.press('Enter');
  await page.waitForURL((address) => address.pathname === '/account/second-factor');
  await page.getByLabel('Code').fill(digits(await page.locator('input[name="secret"]').inputValue()));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await look(page, 'recovery-codes');

  const other = await browser.open();
  await typePassword(other, 'n.quill', 'quiet otters swim at noon');
  await other.waitForURL((address) => address.pathname === '/sign-in/code');
  await look(other, 'sign-in-code');
  await press(other, 'Mail me a code');
  await other.getByText('a code was mailed there').waitFor();
  await look(other, 'sign-in-code-mailed');
  await other.getByLabel('Code').fill(await mailedCode());
  await other.keyboard.press('Enter');
  await other.waitForURL((address) => address.pathname === '/');
});

test('a health department names its jurisdiction as the registry does', async () => {
  const page = await browser.open();
  await page.goto('/request-access');
  await page.getByLabel('First and last name').fill('Hedda Finn');
  await page.getByLabel('E-mail').fill('hedda@calder.example');
  await page.getByText('General user: clinic').click();
  await page.getByText('No', { exact: true }).click();
  await page.getByLabel('Type of access').selectOption({ label: 'Health Department Read-Only' });
  await page.getByLabel('Clinic, school or office').fill('CALHD-CENTRAL');
  await page.getByLabel('Site administrator').fill('Sadie Adair');
  await page.getByRole('button', { name: 'Save and send me the link' }).click();
  await openLetter(page, 'hedda@calder.example', 'confirm your address');
  assert.match(await page.getByRole('main').innerText(), /Name your jurisdiction/);
  await page.getByLabel('Jurisdiction').focus();
  await page.keyboard.type('harbor county');
  await press(page, 'Save the change');
  await page.getByText('The Help Desk verifies that your office answers for the jurisdiction.').waitFor();
  await look(page, 'request-jurisdiction');
});

test('a site enrolls and signs both documents', async () => {
  const page = await browser.open();
  await page.goto('/enroll');
  await page.getByLabel('Organization').fill('Oak Health');
  await page.getByLabel('Site', { exact: true }).fill('Oak Clinic');
  await page.getByLabel('Kind of site').selectOption('clinic');
  await page.getByLabel('Address').fill('1 Oak Street, Calder 90001');
  await page.getByLabel('Your name').fill('Joan Hill');
  await page.getByLabel('Your e-mail').fill('joan@oak.example');
  await page.getByLabel('Site administrator', { exact: true }).fill('Cora Lind');
  await page.getByLabel('Site administrator’s e-mail').fill('cora@oak.example');
  await page.getByText('Yes', { exact: true }).click();
  await page.getByRole('button', { name: 'Save and send me the link' }).click();
  await openLetter(page, 'joan@oak.example', 'Enrollment');
  await look(page, 'enrollment');
  for (let signed = 0; signed < 2; signed += 1) {
    await page.getByLabel('Your full name').first().fill('Joan Hill');
    await page.getByLabel('Your office').first().fill('Medical director');
    await page.getByRole('button', { name: 'Sign', exact: true }).first().click();
  }
  await page.getByRole('button', { name: 'Send in' }).click();
  assert.match(await page.getByRole('main').innerText(), /Under review/);
  await look(page, 'enrollment-signed');
  const paper = await saved(page, 'Letter of agreement, as signed');
  assert.equal(paper.name, 'letter-of-agreement-1-1.pdf');
  assert.equal(paper.content.subarray(0, 5).toString('latin1'), '%PDF-');
});

test('a file goes with a ticket, and is saved as what it is', async () => {
  const page = await browser.open();
  await page.goto('/help/tickets/new');
  await page.getByLabel('About').selectOption('record');
  await page.getByLabel('First and last name').fill('Ben West');
  await page.getByLabel('E-mail').fill('ben.west@west.example');
  await page.getByLabel('In one line').fill('A list');
  await page.getByLabel('Your question').fill('See the file.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await openLetter(page, 'ben.west@west.example', 'Ticket');
  const content = Buffer.from('%PDF-1.7 <script>alert(1)</script>');
  for (const [name, said] of [
    ['list.html', 'list.html.pdf'],
    ['list.exe', null],
  ]) {
    const buffer = said ? content : Buffer.from('MZ');
    page.expectedStatus = said ? 200 : 422;
    await page.getByLabel('File: PDF, PNG or JPEG').setInputFiles({ name, mimeType: 'text/html', buffer });
    await page.getByRole('button', { name: 'Send the file' }).click();
    const main = await page.getByRole('main').innerText();
    assert.match(main, said ? /File 1 sent: list\.html\.pdf/ : /Upload a PDF, a PNG or a JPEG file/);
    if (said) await look(page, 'ticket-with-file');
  }
  await page.getByRole('link', { name: 'Back to the ticket' }).click();
  const file = await saved(page, 'list.html.pdf');
  assert.equal(file.name, 'list.html.pdf');
  assert.deepEqual(file.content, content);
});

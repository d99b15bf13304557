// Passkeys, with an authenticator of the browser: added, named, used alone, after the password and to show again who one
// is; removed ones, those of nobody and copies are refused. A registry of its own: whoever has a passkey signs in otherwise.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { showMailbox } from '../support/mailbox.mjs';
import { startRegistry } from '../support/registry.mjs';
import { giveAuthenticator } from '../support/authenticator.mjs';
import { expectAccessible, expectFits, signOut, useBrowser, typePassword as fillIn } from '../support/browser.mjs';

const TELEPHONE = { width: 320, height: 640 };
const browser = useBrowser({ viewport: { width: 1280, height: 900 } });
let own;
before(async () => {
  own = await startRegistry({ people: 20 });
});
after(() => own?.stop());

// A window on the registry of this file.
const open = (options = {}) => browser.open({ baseURL: own.facts.url, ...options });

async function typePassword(page, role) {
  await page.goto('/sign-in');
  await fillIn(page, own.facts.people.find((one) => one.role === role));
}

// To one's passkeys: whoever adds the first second factor of an account with an address shows that they read its mail.
async function openPasskeys(page) {
  await page.goto('/account/passkeys');
  if (new URL(page.url()).pathname === '/account/passkeys') return;
  assert.ok(await showMailbox(page, open), 'the mailbox is shown first');
  await page.waitForURL((address) => address.pathname === '/account/passkeys');
}

async function add(page, name) {
  await openPasskeys(page);
  await page.getByLabel('Name of the passkey').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
}

// Reads the page with axe, and sees whether it fits a telephone.
async function look(page) {
  await expectAccessible(page);
  const wide = page.viewportSize();
  await page.setViewportSize(TELEPHONE);
  await expectFits(page);
  await page.setViewportSize(wide);
}

const isSignedIn = (page) => page.waitForURL((address) => address.pathname === '/');

test('a passkey is added, named, and signs in alone', async () => {
  const page = await open();
  await typePassword(page, 'clinic-access');
  await isSignedIn(page);
  const device = await giveAuthenticator(page);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Add a passkey' }).click();
  await look(page);
  await add(page, 'My telephone');
  await look(page);
  assert.equal((await device.credentials()).length, 1);
  await page.getByText('Rename My telephone').click();
  await look(page);
  await page.getByLabel('New name').fill('My old telephone');
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByRole('rowheader', { name: 'My old telephone' }).waitFor();

  await signOut(page);
  await look(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await isSignedIn(page);
  await page.goto('/account/passkeys');
  assert.doesNotMatch(await page.getByRole('table').innerText(), /not yet/, 'when it was used is noted');

  await usedAgain(page);
  await removed(page);
});

// After the password, and to show again who one is.
async function usedAgain(page) {
  await signOut(page);
  await typePassword(page, 'clinic-access');
  await page.waitForURL((address) => address.pathname === '/sign-in/code');
  await look(page);
  await page.getByRole('button', { name: 'Use a passkey' }).focus();
  await page.keyboard.press('Enter');
  await isSignedIn(page);
  await page.goto('/account/prove?next=/account/password');
  await look(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL((address) => address.pathname === '/account/password');
}

// A passkey that was taken away here opens nothing, though the device still holds it.
async function removed(page) {
  await page.goto('/account/passkeys');
  await page.getByRole('button', { name: 'Remove My old telephone' }).click();
  await page.getByText('The passkey is removed.').waitFor();
  // with none left, another one is a first second factor again: the code of the mail is asked for
  await page.getByLabel('Name of the passkey').fill('Another one');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.waitForURL((address) => address.pathname === '/account/mailbox');
  await signOut(page);
  page.expectedStatus = 422;
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /The passkey was not taken/);
  await look(page);
  await typePassword(page, 'clinic-access');
  await isSignedIn(page);
}

test('without its owner’s finger a passkey opens nothing, and the page says so', async () => {
  const page = await open();
  await typePassword(page, 'help-desk');
  await isSignedIn(page);
  const device = await giveAuthenticator(page);
  await add(page, 'My telephone');
  await signOut(page);
  await device.refuse();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('No passkey was used.').waitFor();
  assert.match(page.url(), /\/sign-in/);
});

test('a passkey whose counter goes back is stopped, and its owner reads why', async () => {
  const page = await open();
  await typePassword(page, 'privacy-officer');
  await isSignedIn(page);
  const device = await giveAuthenticator(page);
  await add(page, 'My telephone');
  const other = await open();
  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await isSignedIn(page);
  // the owner goes on in this window; the copy is tried in the sign-in page of the same browser
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await device.putBack(0);
  await page.goto('/sign-in');
  page.expectedStatus = 422;
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('alert').waitFor();
  await other.context().addCookies(cookies);
  await other.goto('/account/passkeys');
  assert.match(await other.getByRole('table').innerText(), /Stopped .* somebody has a copy/s);
  await look(other);
});

// The counter in the answer of a passkey (Web Authentication level 3, 6.1).
function counterOf(request) {
  const answer = JSON.parse(new URLSearchParams(request.postData()).get('answer'));
  return Buffer.from(answer.response.authenticatorData, 'base64url').readUInt32BE(33);
}

test('a passkey that its provider copies may begin to count nothing, and one of a single device may not', async () => {
  for (const [role, isSynced] of [['auditor', true], ['quality-improvement', false]]) {
    const page = await open();
    await typePassword(page, role);
    await isSignedIn(page);
    const device = await giveAuthenticator(page, [], { isSynced });
    await add(page, 'My telephone');
    await signOut(page);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await isSignedIn(page);
    assert.ok((await device.credentials())[0].signCount > 1, 'it counts');
    await device.putBack(-1);
    await signOut(page);
    page.expectedStatus = 422;
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/sign-in/passkey'));
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    assert.equal(counterOf(await sent), 0, 'it says that it counts nothing');
    if (isSynced) await isSignedIn(page);
    else await page.getByRole('alert').waitFor();
  }
});

test('without script the sign-in page says that passkeys need it, and the password is there', async () => {
  const page = await open({ javaScriptEnabled: false });
  await page.goto('/sign-in');
  assert.match(await page.getByRole('main').innerText(), /Passkeys need JavaScript/);
  assert.equal(await page.getByRole('button', { name: 'Use a passkey' }).isVisible(), false);
  await typePassword(page, 'site-administrator');
  await isSignedIn(page);
  await openPasskeys(page);
  assert.match(await page.getByRole('main').innerText(), /Passkeys need JavaScript/);
});

// The state's own sign-in, with an issuer of its own: an account is connected and signs in there; the second factor is asked
// for here unless the issuer saw one; who is not known here is refused with words that help. With and without script.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startIssuer } from '../support/issuer.mjs';
import { showMailbox } from '../support/mailbox.mjs';
import { startRegistry } from '../support/registry.mjs';
import { codeOf } from '../support/totp.mjs';
import { expectAccessible, expectFits, signOut, useBrowser, typePassword as fillIn } from '../support/browser.mjs';

const TELEPHONE = { width: 320, height: 640 };
const NAME = 'Calder State ID';
const browser = useBrowser({ viewport: { width: 1280, height: 900 } });
let issuer;
let own;
before(async () => {
  issuer = await startIssuer(['pat', 'sam', 'stranger']);
  own = await startRegistry({
    people: 20,
    env: {
      OPENIIS_SINGLE_SIGN_ON_ISSUER: issuer.url,
      OPENIIS_SINGLE_SIGN_ON_CLIENT_ID: issuer.client,
      OPENIIS_SINGLE_SIGN_ON_NAME: NAME,
    },
  });
});
after(() => {
  own?.stop();
  issuer?.stop();
});

const open = (options = {}) => browser.open({ baseURL: own.facts.url, ...options });
const isSignedIn = (page) => page.waitForURL(`${own.facts.url}/`);
const toIssuer = (page) => page.waitForURL((address) => address.origin === issuer.url);

async function typePassword(page, role) {
  await page.goto('/sign-in');
  await fillIn(page, own.facts.people.find((one) => one.role === role));
}

// Says at the issuer who one is.
async function choose(page, who, way) {
  await toIssuer(page);
  await page.getByLabel('Who are you?').selectOption(who);
  await page.getByRole('button', { name: way, exact: true }).click();
}

async function come(page, who, way) {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: `Sign in with ${NAME}` }).click();
  await choose(page, who, way);
}

// Signs in with the password and connects the account.
async function connect(page, role, who) {
  await typePassword(page, role);
  await isSignedIn(page);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Connect it' }).click();
  if (await showMailbox(page, open)) {
    await page.waitForURL((address) => address.pathname === '/account');
    await page.getByRole('button', { name: 'Connect it' }).click();
  }
  await choose(page, who, 'With a password');
  await page.getByText('Your account is connected').waitFor();
}

// Reads the page with axe, and sees whether it fits a telephone. `OPENIIS_LOOK` names a folder for pictures.
async function look(page, name) {
  await expectAccessible(page);
  const wide = page.viewportSize();
  if (process.env.OPENIIS_LOOK) await page.screenshot({ path: `${process.env.OPENIIS_LOOK}/${name}.png`, fullPage: true });
  await page.setViewportSize(TELEPHONE);
  await expectFits(page);
  await page.setViewportSize(wide);
}

async function expectRefused(page, words, name) {
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), words);
  const names = (await page.context().cookies(own.facts.url)).map((cookie) => cookie.name);
  assert.ok(!names.some((cookie) => cookie.endsWith('-session')), `nobody is signed in: ${names}`);
  await look(page, name);
}

test('an account is connected, signs in there until it is disconnected, and says so', async () => {
  const page = await open();
  await page.goto('/sign-in');
  await look(page, 'sign-in');
  await connect(page, 'clinic-access', 'pat');
  assert.match(await page.getByRole('main').innerText(), /Connected with Calder State ID as pat@calder\.example/);
  await look(page, 'connected');
  await signOut(page);
  await come(page, 'pat', 'With a password');
  await isSignedIn(page);
  await page.goto('/account');
  // the word of the issuer is no showing again of who one is
  await page.getByRole('button', { name: 'Disconnect it' }).click();
  await page.waitForURL(/\/account\/prove\?next=\/account$/);
  await look(page, 'prove');
  const person = own.facts.people.find((one) => one.role === 'clinic-access');
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Disconnect it' }).click();
  await page.getByText('not connected any more').waitFor();
  await signOut(page);
  page.expectedStatus = 422;
  await come(page, 'pat', 'With a password');
  await expectRefused(page, /No account here is connected with that sign-in/, 'disconnected');
});

test('the second factor is asked for here unless the issuer saw one', async () => {
  const page = await open();
  await connect(page, 'data-quality', 'sam');
  const recovery = await setUpApp(page);
  await signOut(page);
  await come(page, 'sam', 'With a password');
  await page.waitForURL((address) => address.pathname === '/sign-in/code');
  await look(page, 'code');
  await page.goto('/patients');
  assert.match(page.url(), /\/sign-in/, 'nothing is open before the code');
  await come(page, 'sam', 'With a password');
  await page.getByLabel('Code').fill(recovery);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isSignedIn(page);
  for (const way of ['With a password and a key', 'At the level of two factors']) {
    await signOut(page);
    await come(page, 'sam', way);
    await isSignedIn(page);
  }
});

// Sets an authenticator app up, and returns one of the recovery codes.
async function setUpApp(page) {
  // the mailbox was shown before the account was connected
  await page.goto('/account/second-factor');
  const key = (await page.locator('.key').innerText()).replaceAll(' ', '');
  await page.getByLabel('Code').fill(codeOf(key));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await page.getByText('I have kept them').waitFor();
  await look(page, 'recovery-codes');
  const [recovery] = await page.locator('.codes code').allInnerTexts();
  await page.getByText('I have kept them').click();
  await isSignedIn(page);
  return recovery;
}

test('who is not known here, or changes their mind, is told what to do', async () => {
  const page = await open();
  page.expectedStatus = 422;
  await come(page, 'stranger', 'With a password and a key');
  await expectRefused(page, /Sign in with your password once, and connect it/, 'stranger');
  await come(page, 'stranger', 'Not now');
  await expectRefused(page, /did not sign you in\. Begin again, or sign in with your password/, 'declined');
});

test('what the issuer sent back counts once, and in no other browser', async () => {
  const page = await open();
  page.expectedStatus = 422;
  await come(page, 'stranger', 'With a password');
  await page.getByRole('alert').waitFor();
  const back = issuer.sentBack.at(-1);
  const other = await open();
  other.expectedStatus = 422;
  for (const again of [page, other]) {
    await again.goto(back);
    await expectRefused(again, /was not begun in this browser/, 'again');
  }
});

test('it works without script', async () => {
  const page = await open({ javaScriptEnabled: false });
  await connect(page, 'help-desk', 'stranger');
  await signOut(page);
  await come(page, 'stranger', 'With a password');
  await isSignedIn(page);
});

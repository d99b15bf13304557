// Those who watch the interfaces: messages, one message with its findings, a replay, a withdrawal, what is agreed with a
// sender. Each page is read by axe, works without JavaScript, and fits a telephone.

import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { expectAccessible, expectFits, useBrowser } from '../support/browser.mjs';
import { report } from '../support/message.mjs';

const TELEPHONE = { width: 375, height: 740 };
const browser = useBrowser({ viewport: { width: 1280, height: 900 } });
const ROLE = 'interface-analyst';
// A vaccine code that is in no table: a finding at its very characters.
const ODD = { family: 'Varga', given: 'Lena', born: '20230611', mrn: 'E2E-LENA', doses: [['20250301', '9999', 'Nothing']] };

before(() => report(browser, ODD));

// Reads the page as it is: with axe, on a wide screen and on a telephone; a picture of both where OPENIIS_PICTURES says.
async function look(page, name) {
  await expectAccessible(page);
  await picture(page, name);
  const wide = page.viewportSize();
  await page.setViewportSize(TELEPHONE);
  await expectFits(page);
  await expectAccessible(page);
  await picture(page, `${name}-375`);
  await page.setViewportSize(wide);
}

async function picture(page, name) {
  const folder = process.env.OPENIIS_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

// Looks again until the work in the background is done: as somebody would without JavaScript.
async function untilDone(page) {
  for (let looks = 0; looks < 40 && (await page.getByRole('link', { name: 'Look again' }).count()) > 0; looks += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with script' : 'without script';

  test(`messages are listed, narrowed and opened, ${how}`, async () => {
    const page = await browser.signIn(ROLE, { javaScriptEnabled });
    await browser.visit('/interfaces/messages', { page });
    if (javaScriptEnabled) await look(page, 'messages');
    await page.getByLabel('Answer', { exact: true }).selectOption('AE');
    await page.getByRole('button', { name: 'Show' }).click();
    const first = page.getByRole('table').getByRole('link').first();
    await first.click();
    await page.waitForURL(/\/interfaces\/messages\/\d+$/);
    if (javaScriptEnabled) await look(page, 'message');
    const main = await page.getByRole('main').innerText();
    for (const words of ['As it came', 'As it was answered', 'How long it took', 'read after', 'planned after']) {
      assert.ok(main.includes(words), `the message says ${words}`);
    }
    const marks = page.locator('mark.found[title="RXA-5 Administered Code"]');
    assert.ok((await marks.count()) > 0, 'the odd code is marked, and its field says its name when pointed at');
    const fields = page.locator('details').filter({ hasText: 'Pharmacy/Treatment Administration' }).first();
    await fields.locator('summary').click();
    assert.match(await fields.innerText(), /RXA-5 Administered Code/, 'and in text');
    await marks.first().getByRole('link').first().click();
    await page.waitForURL(/#finding-\d+$/);
  });

  test(`stored messages are replayed, ${how}`, async () => {
    const page = await browser.signIn(ROLE, { javaScriptEnabled });
    await browser.visit('/interfaces/replays', { page });
    await page.getByLabel('First day').fill('2020-01-01');
    await page.getByLabel('Last day').fill('2100-01-01');
    await page.getByLabel('Answer', { exact: true }).selectOption('AE');
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.waitForURL(/\/interfaces\/replays\/\d+$/);
    await untilDone(page);
    assert.match(await page.getByRole('main').innerText(), /Looked at\s+[1-9]/);
    if (javaScriptEnabled) await look(page, 'replay');
    await browser.visit('/interfaces/replays', { page });
    assert.match(await page.getByRole('table').innerText(), /done/);
    if (javaScriptEnabled) await look(page, 'replays');
  });

  test(`what is agreed with a sender is changed, ${how}`, async () => {
    const page = await browser.signIn(ROLE, { javaScriptEnabled });
    await browser.visit('/interfaces/senders', { page });
    if (javaScriptEnabled) await look(page, 'senders');
    await page.getByRole('table').getByRole('link').first().click();
    await page.waitForURL(/\/interfaces\/senders\/[\w.-]+$/);
    page.expectedStatus = 422;
    await page.getByLabel('Time zone').fill('Mars/North');
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByRole('alert').first().waitFor();
    if (javaScriptEnabled) await look(page, 'sender-wrong');
    page.expectedStatus = 200;
    await page.getByLabel('Time zone').fill('');
    const codes = javaScriptEnabled ? 'RXA-5,LOCAL-MMR,,03,CVX' : '';
    await page.getByLabel('Its own codes').fill(codes);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByText('Changed. It holds').waitFor();
    assert.ok((await page.getByLabel('Its own codes').inputValue()).includes(codes));
    if (javaScriptEnabled) await look(page, 'sender');
  });
}

test('who changes an agreement while somebody else does sees what differs, and keeps what was written', async () => {
  const page = await browser.signIn(ROLE);
  await browser.visit('/interfaces/senders', { page });
  await page.getByRole('table').getByRole('link').first().click();
  await page.waitForURL(/\/interfaces\/senders\/[\w.-]+$/);
  const pace = page.getByLabel('Messages a minute, at most');
  const before = await pace.inputValue();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('Messages a minute, at most').fill('700');
  await other.getByRole('button', { name: 'Change' }).click();
  await other.getByText('Changed. It holds').waitFor();
  await other.close();
  page.expectedStatus = 422;
  await pace.fill('800');
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByText('now 700; yours 800').waitFor();
  assert.equal(await pace.inputValue(), '800');
  await look(page, 'sender-conflict');
  page.expectedStatus = 200;
  await pace.fill(before); // who looked at it decides
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByText('Changed. It holds').waitFor();
});

test('what a sender sent is rehearsed, withdrawn and brought back, with its progress', async () => {
  const page = await browser.signIn(ROLE); // with script: axe does not end without it
  await browser.visit('/interfaces/withdrawals', { page });
  await page.getByLabel('Sender').selectOption({ label: browser.sender.split(':')[0] });
  const minute = (ms) => new Date(Date.now() + ms).toISOString().slice(0, 16);
  await page.getByLabel('Received from').fill(minute(-24 * 3_600_000));
  await page.getByLabel('To before').fill(minute(24 * 3_600_000));
  await page.getByLabel('Why').fill('a test of the browser');
  await page.getByRole('button', { name: 'Rehearse' }).click();
  await page.getByText('Nothing has changed yet').waitFor();
  await look(page, 'rehearsal');
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.waitForURL(/\/interfaces\/withdrawals\/\d+/);
  if ((await page.getByRole('progressbar').count()) > 0) {
    assert.match(await page.getByRole('main').innerText(), /\d+ % done: \d+ of \d+ messages?/);
    await look(page, 'withdrawal-running');
  }
  await untilDone(page);
  await look(page, 'withdrawal');
  await page.getByLabel(/Why it is taken back/).fill('the test is over');
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.waitForURL(/done=taken-back/);
  await untilDone(page);
  assert.match(await page.getByRole('main').innerText(), /takes another one back/);
});

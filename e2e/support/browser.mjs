// A browser that looks while it drives: whatever goes wrong on a page fails the test that opened it.
//
// Console errors, violations of the content security policy, uncaught exceptions, requests that fail and answers of
// 400 and above are faults. A test that expects one says so: `visit('/nowhere', { status: 404 })`.

import { after, afterEach, before } from 'node:test';
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { facts } from './registry.mjs';

const TIMEOUT_MS = 15_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Sets up the browser of a test file. Each test gets a context of its own: nobody is signed in, nothing is stored.
//
//   const browser = useBrowser();
//   test('…', async () => { const page = await browser.visit('/'); … });
export function useBrowser(options = {}) {
  const { url, people, sender } = facts();
  let running;
  let contexts = [];
  let faults = [];

  before(async () => {
    running = await chromium.launch({
      executablePath: process.env.OPENIIS_CHROMIUM || '/usr/bin/chromium',
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Chromium refuses its sandbox to root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  });
  after(() => running?.close());
  afterEach(async () => {
    const found = faults;
    faults = [];
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    assert.deepEqual(found, [], 'faults seen by the browser');
  });

  // A new window: its own cookies, one empty page. `contextOptions` as playwright has them (`javaScriptEnabled`, …).
  async function open(contextOptions = {}) {
    const context = await running.newContext({ baseURL: url, ...options, ...contextOptions });
    context.setDefaultTimeout(TIMEOUT_MS);
    contexts.push(context);
    const page = await context.newPage();
    watch(page, faults);
    return page;
  }

  // Opens an address in a new window, or in `page`, and checks what holds for every page.
  async function visit(path, { page, status = 200, ...contextOptions } = {}) {
    const target = page ?? (await open(contextOptions));
    target.expectedStatus = status;
    const answer = await target.goto(path);
    assert.equal(answer.status(), status, `status of ${path}`);
    await checkFrame(target);
    return target;
  }

  // Signs in with the account that the demo has for a role.
  async function signIn(role, contextOptions = {}) {
    const person = people.find((one) => one.role === role);
    assert.ok(person, `the demo has no sign-in for ${role}; it has ${people.map((one) => one.role).join(', ')}`);
    const page = await visit('/sign-in', contextOptions);
    await typePassword(page, person);
    await page.waitForURL((address) => address.pathname !== '/sign-in');
    return page;
  }

  return { open, visit, signIn, url, people, sender };
}

// Fills in the sign-in page, with a user and a password, and sends it.
export async function typePassword(page, { user, password }) {
  await page.getByLabel('User name', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
}

// Signs out by the menu.
export async function signOut(page) {
  await page.locator('.site-menu summary').click();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/\/sign-in\?ended=out$/);
}

// Nothing that axe can see is wrong with the page as it is now.
export async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target).join(' ')}`);
  assert.deepEqual(found, [], `accessibility of ${page.url()}`);
}

// The page is not wider than its window.
export async function expectFits(page) {
  const [width, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= window, `${page.url()} is ${width} wide in a window of ${window}`);
}

// Every page has a language, a title, one h1 and one main.
async function checkFrame(page) {
  assert.match(await page.locator('html').getAttribute('lang'), /^(en|es)/, 'language');
  assert.notEqual((await page.title()).trim(), '', 'title');
  assert.equal(await page.locator('h1').count(), 1, `number of h1 on ${page.url()}`);
  assert.equal(await page.getByRole('main').count(), 1, `number of main on ${page.url()}`);
}

function watch(page, faults) {
  page.on('console', (message) => {
    const text = message.text();
    // Chromium writes the status of an answer into the console too; it is judged once, below.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) faults.push(`console: ${text}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left takes its requests with it.
    if (reason !== 'net::ERR_ABORTED') faults.push(`request: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest();
    const expected = isPage ? page.expectedStatus : undefined;
    if (response.status() >= 400 && response.status() !== expected) {
      faults.push(`answer: ${response.status()} ${response.url()}`);
    }
  });
  // Also what a report-only policy or a page's own handler would keep from the console.
  page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
}

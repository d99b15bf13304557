// Shows the review page with people of a published set: twins, changed names, swapped fields, moved families.
//
//   OPENIIS            the binary, `openiis`
//   OPENIIS_PUBLISHED  the folder that holds `matching/`
//
// `node look.mjs FOLDER [FAMILIES]`: so many families of each kind (2) are sent through the front door of a registry of
// its own, and every question about them is opened and written to FOLDER as a picture and as text, wide and on a
// telephone. For people to look at; a page wider than its window fails the run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { hardCases, message } from './support/published.mjs';
import { startRegistry } from './support/registry.mjs';

const [folder, families = '2'] = process.argv.slice(2);
if (!folder) throw new Error('node look.mjs FOLDER [FAMILIES]');
mkdirSync(folder, { recursive: true });

const registry = await startRegistry({ people: 1 });
const browser = await chromium.launch({
  executablePath: process.env.OPENIIS_CHROMIUM || '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
});
try {
  const cases = hardCases(Number(families));
  const kinds = await send(registry.facts, cases);
  await look(registry.facts, kinds);
} finally {
  await browser.close();
  registry.stop();
}

// Sends the records; the kind of each family by the name on its records, as the queue shows it.
async function send({ url, sender }, cases) {
  const kinds = new Map();
  for (const [at, { kind, record }] of cases.entries()) {
    const answer = await fetch(`${url}/hl7`, {
      method: 'POST',
      headers: {
        'content-type': 'application/hl7-v2',
        authorization: `Basic ${Buffer.from(sender).toString('base64')}`,
      },
      body: message(record, `LOOK${at}`),
    });
    const reply = await answer.text();
    if (!/MSA\|A[AE]\|/.test(reply)) throw new Error(reply);
    kinds.set(record.last_name.toUpperCase(), kind);
  }
  return kinds;
}

async function look({ url, people }, kinds) {
  const reviewer = people.find((one) => one.role === 'data-quality');
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1366, height: 900 } });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('User name', { exact: true }).fill(reviewer.user);
  await page.getByLabel('Password', { exact: true }).fill(reviewer.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((address) => address.pathname !== '/sign-in');
  await page.goto('/patients/duplicates');
  await both(page, 'queue');
  const found = [];
  for (;;) {
    found.push(...(await page.locator('tbody th a').evaluateAll((links) => links.map((link) => [link.href, link.textContent]))));
    const more = page.getByRole('link', { name: 'More', exact: true });
    if ((await more.count()) === 0) break;
    await more.click();
    await page.waitForLoadState();
  }
  for (const [at, [href, name]] of found.entries()) {
    const kind = kinds.get(name.split(',')[0].trim().toUpperCase());
    if (!kind) continue;
    await page.goto(href);
    await both(page, `${kind}-${String(at).padStart(2, '0')}`);
  }
}

// The page as a picture and as text, wide and on a telephone.
async function both(page, name) {
  for (const width of [1366, 375, 320]) {
    await page.setViewportSize({ width, height: 900 });
    const is = await page.evaluate(() => document.documentElement.scrollWidth);
    if (is > width) {
      process.exitCode = 1;
      const beyond = await page.evaluate((edge) => {
        const elements = [...document.querySelectorAll('main *')];
        const out = elements.filter((one) => one.getBoundingClientRect().right > edge && !one.closest('.scroll'));
        return out.slice(0, 3).map((one) => `${one.tagName}.${one.className}`);
      }, width);
      console.error(`${name}: ${is} wide in a window of ${width}: ${beyond.join(' ')}`);
    }
    if (width === 320) continue;
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1366, height: 900 });
  writeFileSync(join(folder, `${name}.txt`), await page.getByRole('main').innerText());
}

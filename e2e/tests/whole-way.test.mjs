// The whole way into the registry, once for each of the eight types of access outside: training, enrollment and both signed
// papers, the staff list, the request, the Help Desk taking the oldest, approval from the mail, user name and password in two
// mails, the agreement, a passkey, and then exactly the modules that the policy gives the type. The mails arrive at a mail
// server of the tests. A registry of its own, for whoever has a passkey signs in otherwise.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry } from '../support/registry.mjs';
import { startMailServer } from '../support/smtp.mjs';
import { giveAuthenticator } from '../support/authenticator.mjs';
import { expectAccessible, useBrowser } from '../support/browser.mjs';

const PASSWORD = 'quiet otters swim at noon';
const POLICY = new URL('../../policy/roles.toml', import.meta.url);

// The sites that enroll first, each with the administrator whom its form names: the eighth type of access.
const SITES = {
  OAK: { site: 'Oak Clinic', kind: 'clinic', administrator: 'Cora Lind', email: 'cora@oak.example', pin: '0412' },
  ELM: { site: 'Elm School', kind: 'school', administrator: 'Edna Pike', email: 'edna@elm.example' },
  ASH: { site: 'Ash Health Office', kind: 'health-department', administrator: 'Alma Reed', email: 'alma@ash.example' },
};

// Who asks for an account. The coordinators come before the clinic's nurse, whom one of them lists.
const PEOPLE = [
  { role: 'primary-vaccine-coordinator', name: 'Petra Vale', at: 'OAK' },
  { role: 'backup-vaccine-coordinator', name: 'Boris Vane', at: 'OAK' },
  { role: 'clinic-access', name: 'Clara Wren', at: 'OAK', listedBy: 'Petra Vale' },
  { role: 'enrollment-only', name: 'Enid Rowe', at: 'OAK' },
  { role: 'patient-look-up', name: 'Luis Hart', at: 'OAK', vaccinates: 'No', license: ['MD', '7741'] },
  { role: 'school-read-only', name: 'Sally Moor', at: 'ELM', user: 'School user', vaccinates: 'No' },
  { role: 'health-department-read-only', name: 'Hugo Finn', at: 'ASH', vaccinates: 'No', jurisdiction: 'Harbor County' },
];

// The items of the main navigation: in which module, and with which permission. One without either is everybody's.
const NAVIGATION = [
  ['Today'],
  ['Patients', 'patients', 'search-persons'],
  ['Inventory', 'inventory', 'view-inventory'],
  ['Duplicates', null, 'resolve-duplicates'],
  ['Messages', null, 'read-messages'],
  ['Requests', null, 'review-requests'],
  ['Enrollments', null, 'view-enrollments'],
  ['Tickets', null, 'answer-tickets'],
  ['Your tickets', null, 'write-tickets', 'answer-tickets'],
  ['Staff list', null, 'keep-clinic'],
  ['Agreement', null, 'prepare-agreement'],
  ['Accounts', null, 'recertify-users'],
  ['Site enrollment', null, 'approve-accounts'],
  ['Training', null, 'keep-training'],
  ['News', null, 'publish-news'],
  ['User accounts', null, 'view-accounts'],
  ['Mail', null, 'manage-accounts'],
  ['Roles', null, 'view-accounts'],
  ['Audit', null, 'read-audit'],
  ['Emergencies', null, 'review-emergencies'],
];
// Addresses of others, each with the permission that opens it.
const CLOSED = [
  ['/patients', 'search-persons'],
  ['/inventory', 'view-inventory'],
  ['/clinic/staff', 'keep-clinic'],
  ['/clinic/agreement', 'prepare-agreement'],
  ['/admin/accounts', 'recertify-users'],
  ['/patients/duplicates', 'resolve-duplicates'],
  ['/help/requests', 'review-requests'],
  ['/help/accounts', 'view-accounts'],
  ['/interfaces/messages', 'read-messages'],
  ['/admin/roles', 'view-accounts'],
  ['/admin/audit', 'read-audit'],
];

// What the policy says of a role: its title, its modules, its permissions.
function policyOf(role) {
  const lines = readFileSync(POLICY, 'utf8').split('\n');
  const table = (name) => {
    const begin = lines.indexOf(`[${name}]`);
    assert.notEqual(begin, -1, `the policy has ${name}`);
    const rest = lines.slice(begin + 1);
    const end = rest.findIndex((line) => line.startsWith('['));
    return rest.slice(0, end < 0 ? rest.length : end).filter((line) => /^[a-z-]+ = /.test(line));
  };
  const value = (key) => table(role).find((line) => line.startsWith(`${key} = `)).slice(key.length + 3);
  const may = table(`${role}.may`).map((line) => line.split(' = ')[0]);
  return { title: JSON.parse(value('title')), modules: JSON.parse(value('modules')), may };
}

const folder = mkdtempSync(join(tmpdir(), 'openiis-way-'));
const SET = { SERVER: null, SECURITY: 'none', SENDER: 'registry@calder.example' };
const browser = useBrowser({ viewport: { width: 1280, height: 900 } });
const keys = new Map(); // the passkeys of each person who has an account, by name
const looked = new Set(); // the pages that axe has read
let mail;
let own;

before(async () => {
  mail = await startMailServer();
  writeFileSync(join(folder, 'agreement.txt'), 'I look up only whom I serve.\n\nI tell nobody what I read.\n');
  for (const [key, value] of Object.entries(SET)) {
    process.env[`OPENIIS_MAIL_${key}`] = value ?? `127.0.0.1:${mail.port}`;
  }
  process.env.OPENIIS_SIGN_IN_AGREEMENT_FILE = join(folder, 'agreement.txt');
  own = await startRegistry({ people: 20 });
});
after(() => {
  own?.stop();
  mail?.stop();
  for (const key of Object.keys(SET)) delete process.env[`OPENIIS_MAIL_${key}`];
  delete process.env.OPENIIS_SIGN_IN_AGREEMENT_FILE;
  rmSync(folder, { recursive: true, force: true });
});

// The first letter to somebody with these words in its subject, of those that came after `since` others.
async function letter(to, subject, since = 0) {
  for (let looks = 0; looks < 400; looks += 1) {
    const found = mail.letters.slice(since).find((one) => one.to.includes(to) && one.subject.includes(subject));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`no letter "${subject}" to ${to}; there are: ${mail.letters.map((one) => one.subject).join(' | ')}`);
}

// Where the link of such a letter leads.
async function link(to, subject, since = 0) {
  return new URL(/https?:\/\/\S+/.exec((await letter(to, subject, since)).text)[0]).pathname;
}

const open = () => browser.open({ baseURL: own.facts.url });
const words = (page) => page.getByRole('main').innerText();
const isAt = (page, path) => page.waitForURL((address) => address.pathname === path);

// Reads each kind of page once with axe.
async function look(page, name) {
  if (looked.has(name)) return;
  looked.add(name);
  await expectAccessible(page);
}

async function typePassword(page, user, password) {
  await page.goto('/sign-in');
  await page.getByLabel('User name', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function accept(page) {
  await isAt(page, '/account/agreement');
  await look(page, 'agreement');
  await page.getByText('I have read this and will keep to it').click();
  await page.getByRole('button', { name: 'Accept and go on' }).click();
  await isAt(page, '/');
}

// A window of somebody of the state, whom the demonstration brings.
async function staff(role) {
  const page = await open();
  const person = own.facts.people.find((one) => one.role === role);
  await typePassword(page, person.user, person.password);
  await page.waitForURL((address) => address.pathname !== '/sign-in');
  if (new URL(page.url()).pathname !== '/') await accept(page);
  return page;
}

// A window of somebody who came the whole way before, signed in by passkey alone.
async function signIn(name) {
  const page = await open();
  const device = await giveAuthenticator(page, keys.get(name));
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await isAt(page, '/');
  keys.set(name, await device.credentials());
  return page;
}

// Takes the account that the two letters bring: password, agreement, passkey; then signs in with the passkey alone.
async function takeAccount(name, to, since) {
  const page = await open();
  await page.goto(await link(to, 'Set your password', since));
  await look(page, 'set-password');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password, once more').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  const told = (await letter(to, 'Your user name', since)).text.replaceAll('\r', '');
  assert.doesNotMatch(told, /set-password/, 'the user name and the link come in two messages');
  await typePassword(page, /^[a-z]+\.[a-z0-9]+$/m.exec(told)[0], PASSWORD);
  await accept(page);
  const device = await giveAuthenticator(page);
  await page.goto('/account/passkeys');
  await page.getByLabel('Name of the passkey').fill('My telephone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('The passkey is added.').waitFor();
  keys.set(name, await device.credentials());
  await page.locator('.site-menu summary').click();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/\/sign-in\?ended=out$/);
  await page.context().close();
  return signIn(name);
}

// The navigation is the policy's, and what the policy does not give looks absent.
async function expectModules(page, role) {
  const { modules, may } = policyOf(role);
  const isGiven = ([, module, permission, unless]) =>
    (!module || modules.includes(module)) && (!permission || may.includes(permission)) && !may.includes(unless);
  const expected = NAVIGATION.filter(isGiven).map(([label]) => label);
  const shown = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts();
  assert.deepEqual(shown.map((text) => text.trim()), expected, `the modules of ${role}`);
  for (const [path, permission] of CLOSED) {
    const status = may.includes(permission) ? 200 : 404;
    page.expectedStatus = status;
    assert.equal((await page.goto(path)).status(), status, `${path} for ${role}`);
  }
}

for (const [code, { site, kind, administrator, email, pin }] of Object.entries(SITES)) {
  test(`${site} enrolls with both papers, and its administrator takes the account`, async () => {
    const contact = `joan@${code.toLowerCase()}.example`;
    const page = await open();
    await train(page, { name: administrator }, email);
    await page.goto('/enroll');
    await look(page, 'enroll');
    await page.getByLabel('Organization').fill(`${site} Trust`);
    await page.getByLabel('Site', { exact: true }).fill(site);
    await page.getByLabel('Kind of site').selectOption(kind);
    await page.getByLabel('Address').fill('1 Oak Street, Calder 90001');
    await page.getByLabel('Your name').fill('Joan Hill');
    await page.getByLabel('Your e-mail').fill(contact);
    await page.getByLabel('Site administrator', { exact: true }).fill(administrator);
    await page.getByLabel('Site administrator’s e-mail').fill(email);
    await page.getByText(pin ? 'Yes' : 'No', { exact: true }).click();
    await page.getByRole('button', { name: 'Save and send me the link' }).click();
    await page.goto(await link(contact, 'Enrollment'));
    await look(page, 'enrollment');
    for (let signed = 0; signed < 2; signed += 1) {
      await page.getByLabel('Your full name').first().fill('Joan Hill');
      await page.getByLabel('Your office').first().fill('Director');
      await page.getByRole('button', { name: 'Sign', exact: true }).first().click();
    }
    await page.getByRole('button', { name: 'Send in' }).click();
    assert.match(await words(page), /Under review/);

    const program = await staff('vaccine-program');
    await program.goto('/help/enrollments');
    await program.getByRole('row').filter({ hasText: site }).getByRole('link').first().click();
    await look(program, 'enrollment-review');
    await program.getByLabel('Site code').fill(code);
    if (pin) await program.getByLabel('PIN').fill(pin);
    const since = mail.letters.length;
    await program.getByRole('button', { name: 'Approve', exact: true }).click();
    await program.getByText('The site gets a message.').waitFor();
    const taken = await takeAccount(administrator, email, since);
    await expectModules(taken, 'site-administrator');
  });
}

for (const person of PEOPLE) {
  test(`the whole way: ${person.role}`, async () => {
    const place = SITES[person.at];
    const email = `${person.name.toLowerCase().replace(' ', '.')}@calder.example`;
    const page = await open();
    await train(page, person, email);
    if (person.listedBy) await list(person, email);
    await ask(page, person, email);

    let since = mail.letters.length;
    const desk = await staff('help-desk');
    await desk.goto('/help/requests');
    await desk.getByRole('button', { name: 'Next request' }).click();
    await look(desk, 'request-desk');
    assert.match(await words(desk), new RegExp(person.name), 'the oldest is this one');
    if (person.license) await desk.getByRole('button', { name: 'The license is verified' }).click();
    if (person.jurisdiction) await desk.getByRole('button', { name: 'The jurisdiction is verified' }).click();
    await desk.getByRole('button', { name: 'Ask the site administrator' }).click();

    const approval = await link(place.email, 'waits for your approval', since);
    const administrator = await signIn(place.administrator);
    since = mail.letters.length;
    await administrator.goto(approval);
    await look(administrator, 'approve');
    await administrator.getByRole('button', { name: 'Approve', exact: true }).click();
    await isAt(administrator, '/approved');

    const taken = await takeAccount(person.name, email, since);
    await expectModules(taken, person.role);
    await page.reload();
    assert.match(await words(page), /Done: you can sign in/);
  });
}

// The training record of somebody, with every course completed.
async function train(page, person, email) {
  await page.goto('/training');
  await page.getByLabel('First and last name').fill(person.name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.goto(await link(email, 'Your training record'));
  await look(page, 'training-record');
  const open = page.getByRole('table', { name: /^Courses/ }).getByRole('link');
  while ((await open.count()) > 0) {
    await open.first().click();
    await page.getByRole('button', { name: 'I completed it' }).click();
    await page.getByText('Noted: the course is complete').waitFor();
  }
}

// A coordinator puts somebody on the staff list of the site.
async function list(person, email) {
  const coordinator = await signIn(person.listedBy);
  await coordinator.goto('/clinic/staff');
  await coordinator.getByLabel('First and last name').fill(person.name);
  await coordinator.getByLabel('Work e-mail').fill(email);
  await coordinator.getByRole('button', { name: 'Add to the list' }).click();
  assert.match(await words(coordinator), /On the list/);
  assert.doesNotMatch(await words(coordinator), /by openiis/);
  await look(coordinator, 'staff-list');
}

// Asks for the account; the page is the status page of the request afterwards.
async function ask(page, person, email) {
  const place = SITES[person.at];
  await page.goto('/request-access');
  await look(page, 'request');
  await page.getByLabel('First and last name').fill(person.name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByText(person.user ?? 'General user').first().click();
  await page.getByText(person.vaccinates ?? 'Yes', { exact: true }).click();
  await page.getByLabel('Type of access').selectOption({ label: policyOf(person.role).title });
  await page.getByLabel('Clinic, school or office').fill(place.site);
  await page.getByLabel('Site administrator').fill(place.administrator);
  if (person.jurisdiction) await page.getByLabel('Jurisdiction').fill(person.jurisdiction);
  if (person.license) {
    await page.getByLabel('Kind of license').fill(person.license[0]);
    await page.getByLabel('License number').fill(person.license[1]);
  }
  await page.getByRole('button', { name: 'Save and send me the link' }).click();
  await page.goto(await link(email, 'confirm your address'));
  await look(page, 'request-status');
  await page.getByRole('button', { name: 'Send in' }).click();
  assert.match(await words(page), /In the queue/);
}

test('the public form offers the seven types that are asked for, the site administrator, and none of the state', async () => {
  const page = await open();
  await page.goto('/request-access');
  const offered = await page.getByLabel('Type of access').locator('option').allInnerTexts();
  const titles = PEOPLE.map((person) => policyOf(person.role).title);
  const administrator = policyOf('site-administrator').title;
  assert.deepEqual(offered.map((text) => text.trim()).sort(), ['Choose', administrator, ...titles].sort());
});

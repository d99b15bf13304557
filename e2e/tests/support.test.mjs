// The harness itself: the first words of the demo are understood.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { understand } from '../support/registry.mjs';

test('address, sender and sign-ins are read from what the demo prints', () => {
  const facts = { url: null, sender: null, people: [] };
  const words = `
ready http://localhost:8080

role                     user      password
Clinic Access            nurse     quiet-otter-41
State Administrator      admin     calm-heron-07

Send a report as the demo's clinic:
  curl -u demo-clinic:s3cret --data-binary @vxu.hl7 http://localhost:8080/hl7
`;
  for (const line of words.split('\n')) understand(line, facts);
  assert.equal(facts.url, 'http://localhost:8080');
  assert.equal(facts.sender, 'demo-clinic:s3cret');
  assert.deepEqual(facts.people, [
    { role: 'Clinic Access', user: 'nurse', password: 'quiet-otter-41' },
    { role: 'State Administrator', user: 'admin', password: 'calm-heron-07' },
  ]);
});

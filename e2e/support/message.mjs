// Reports of invented people, sent through the front door as the demo's sender.

import assert from 'node:assert/strict';

let count = 0;

// Has the sender report a child with these doses ([date, CVX, name]); born and dates as YYYYMMDD. `at` is whose record
// number it is, `household` a mother's names, street and telephone: { maiden, mother, street, phone }.
export async function report(
  { url, sender },
  { family, given, born, mrn, at = 'E2E', sex = 'F', household, doses = [['20250301', '03', 'MMR']] },
) {
  count += 1;
  const id = `E2E${process.pid}-${Date.now()}-${count}`;
  const orders = doses.flatMap(([date, cvx, name], at) => [
    `ORC|RE||${id}-${at}^E2E`,
    `RXA|0|1|${date}||${cvx}^${name}^CVX|0.5|mL^mL^UCUM||00^New immunization record^NIP001||||||LOT${at}|20301231|MSD^Merck^MVX|||CP|A`,
  ]);
  const message = [
    `MSH|^~\\&|E2E||IIS||20260301101500-0500||VXU^V04^VXU_V04|${id}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS`,
    `PID|1||${mrn}^^^${at}^MR||${family}^${given}^^^^^L|${mother(household)}|${born}|${sex}${home(household)}`,
    ...orders,
    '',
  ].join('\r');
  const answer = await fetch(`${url}/hl7`, {
    method: 'POST',
    headers: {
      'content-type': 'application/hl7-v2',
      authorization: `Basic ${Buffer.from(sender).toString('base64')}`,
    },
    body: message,
  });
  const reply = await answer.text();
  assert.equal(answer.status, 200, reply);
  assert.match(reply, /MSA\|A[AE]\|/, reply);
}

function mother(household) {
  return household ? `${household.maiden}^${household.mother}^^^^^M` : '';
}

function home(household) {
  if (!household) return '';
  const { street, phone } = household;
  return `|||${street}^^Calder^CD^86101^USA^H||^PRN^PH^^^${phone.slice(0, 3)}^${phone.slice(3)}`;
}

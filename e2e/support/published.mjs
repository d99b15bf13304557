// People of a published labelled set, by what makes them hard: read where the set lies, nothing of it is kept here.
//
//   OPENIIS_PUBLISHED  the folder that holds `matching/`

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

// What makes a family hard, and how one is recognized: `has` looks at its records, each with traits and corruptions.
export const KINDS = [
  { kind: 'twins', has: (family) => twinsUnderAlikeNames(family) },
  { kind: 'changed-name', has: (family) => somebody(family, (own) => any(own, 'surname_change')) },
  { kind: 'swapped-fields', has: (family) => somebody(family, (own) => any(own, 'first_last_swap')) },
  { kind: 'middle-as-first', has: (family) => somebody(family, (own) => any(own, 'first_middle_swap')) },
  { kind: 'moved', has: (family) => somebody(family, (own) => differ(own, 'address1') && differ(own, 'phone')) },
  { kind: 'newborn', has: (family) => somebody(family, (own) => any(own, 'placeholder')) },
  { kind: 'birth-date', has: (family) => somebody(family, (own) => any(own, 'dob_error')) },
  { kind: 'namesakes', has: (family) => family.some((row) => row.is('namesake')) },
];

// The records of the first `count` families of each kind: [{ kind, record }].
export function hardCases(count) {
  const families = grouped(rows(), 'family_id');
  const chosen = [];
  const taken = new Set();
  for (const { kind, has } of KINDS) {
    let left = count;
    for (const [id, family] of families) {
      if (left === 0) break;
      if (taken.has(id) || !has(family)) continue;
      left -= 1;
      taken.add(id);
      chosen.push(...family.map((record) => ({ kind, record })));
    }
  }
  return chosen;
}

function rows() {
  const folder = process.env.OPENIIS_PUBLISHED;
  if (!folder) throw new Error('OPENIIS_PUBLISHED must name the folder of the published sets');
  const read = (name) => table(gunzipSync(readFileSync(join(folder, 'matching', name))).toString('utf8'));
  const truth = new Map(read('synth_dev_truth.csv.gz').map((row) => [row.record_id, row]));
  return read('synth_dev_records.csv.gz').map((row) => {
    const { person_id, family_id, traits, corruptions } = truth.get(row.record_id);
    const words = new Set(`${traits}|${corruptions}`.split('|'));
    return { ...row, person_id, family_id, is: (word) => words.has(word) };
  });
}

// No field of these files is quoted.
function table(text) {
  const [heading, ...lines] = text.split(/\r?\n/).filter(Boolean);
  const names = heading.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])));
}

// Whether what is asked holds for the records of one person, of whom there are several.
function somebody(family, holds) {
  return [...grouped(family, 'person_id').values()].some((own) => own.length > 1 && holds(own));
}

function grouped(rows, field) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[field])) groups.set(row[field], []);
    groups.get(row[field]).push(row);
  }
  return groups;
}

function any(own, word) {
  return own.some((row) => row.is(word));
}

function differ(own, field) {
  const values = new Set(own.map((row) => row[field]).filter(Boolean));
  return values.size > 1;
}

function twinsUnderAlikeNames(family) {
  const twins = family.filter((row) => row.is('twin') && row.first_name.length > 2);
  return twins.some((one) =>
    twins.some((other) => other.person_id !== one.person_id && other.first_name.slice(0, 2) === one.first_name.slice(0, 2)),
  );
}

// The record as a VXU.
export function message(record, id) {
  const day = (text) => text.replaceAll('-', '');
  const digits = record.phone.replace(/\D/g, '');
  const phone = digits.length === 10 ? `^PRN^PH^^^${digits.slice(0, 3)}^${digits.slice(3)}` : '';
  const name = [record.last_name, record.first_name, record.middle_name, record.suffix, '', '', 'L'].join('^');
  const alias = record.alias_last ? `~${record.alias_last}^^^^^^A` : '';
  const home = [record.address1, record.address2, record.city, record.state, record.zip, 'USA', 'H'].join('^');
  const kin = (n, first, last, code, word) =>
    first || last ? [`NK1|${n}|${last}^${first}^^^^^L|${code}^${word}^HL70063`] : [];
  const numbers = [
    `${record.mrn}^^^${record.facility_id}^MR`,
    ...(record.ssn ? [`${record.ssn}^^^SSA^SS`] : []),
    ...(record.medicaid_id ? [`${record.medicaid_id}^^^MEDICAID^MA`] : []),
  ].join('~');
  return [
    `MSH|^~\\&|E2E||IIS||${day(record.received_date)}101500-0500||VXU^V04^VXU_V04|${id}|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS`,
    `PID|1||${numbers}||${name}${alias}|${record.mother_maiden ? `${record.mother_maiden}^^^^^^M` : ''}|${day(record.birth_date)}|${record.sex}|||${home}||${phone}|||||||||||${record.multiple_birth}|${record.birth_order}`,
    ...kin(1, record.mother_first, record.mother_last, 'MTH', 'Mother'),
    ...kin(2, record.guardian_first, record.guardian_last, 'GRD', 'Guardian'),
    `ORC|RE||${id}^E2E`,
    `RXA|0|1|${day(record.received_date)}||141^Influenza^CVX|999|||01^Historical^NIP001|||||||||||CP|A`,
    '',
  ].join('\r');
}

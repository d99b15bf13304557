//! The measures of a sender: what its messages of some days come to.
//!
//! A message is counted: every check that fires, silent ones too, by its code, and how many things of each kind there were.
//! Counts of messages and of days are added; the measures are ratios of sums, so nothing but small numbers is kept.
//! Sources: requirements X-7; the public weights of completeness (PROFILE section 12).

use crate::detection::{Condition, Entry, Gravity, When};
use crate::{Dose, Terms, catalogue, run};
use iis_model::sent::{Field, Sent, Thing};
use iis_model::{Date, Submission};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often each thing was counted: checks by their code, kinds of things by a word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(pub BTreeMap<Box<str>, u64>);

/// Messages.
pub const MESSAGES: &str = "messages";
/// Doses, whoever gave them.
pub const DOSES: &str = "doses";
/// Doses that the sender gave.
pub const GIVEN: &str = "doses-given";
/// Doses that were sent before on the same day.
pub const REPEATED: &str = "doses-repeated";
/// Findings of warning or worse.
pub const WARNINGS: &str = "warnings";

impl Counts {
    /// One more of it.
    pub fn add(&mut self, what: &str, count: u64) {
        match self.0.get_mut(what) {
            Some(held) => *held += count,
            None => drop(self.0.insert(what.into(), count)),
        }
    }

    /// How many there were.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// Adds those of another day.
    pub fn merge(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            self.add(what, *count);
        }
    }

    /// Counts a message.
    pub fn count(&mut self, submission: &Submission, sent: &dyn Sent, terms: &Terms<'_>) {
        self.add(MESSAGES, 1);
        run(submission, sent, terms, true, &mut |noticed| {
            self.add(noticed.code, 1);
            if noticed.gravity >= Gravity::Warning {
                self.add(WARNINGS, 1);
            }
        });
        sent.each(&mut |record| {
            self.add(word(record.thing()), 1);
            if record.thing() == Thing::Vaccination {
                let dose = Dose::of(record, terms.sets);
                self.add(DOSES, u64::from(dose.is_dose()));
                self.add(GIVEN, u64::from(dose.is_given()));
            }
        });
    }
}

fn word(thing: Thing) -> &'static str {
    match thing {
        Thing::Message => "headers",
        Thing::Patient => "patients",
        Thing::NextOfKin => "contacts",
        Thing::Vaccination => "vaccinations",
        Thing::Observation => "observations",
    }
}

/// A field that counts for completeness, with its weight.
type Weighted = (Field, u64);

/// The public default weights.
#[rustfmt::skip]
const PATIENT: &[Weighted] = &[
    (Field::SubmitterId, 30), (Field::LastName, 20), (Field::FirstName, 20), (Field::MiddleName, 20), (Field::BirthDate, 20),
    (Field::Sex, 20), (Field::AddressStreet, 20), (Field::AddressCity, 20), (Field::AddressState, 20), (Field::AddressZip, 20),
    (Field::Phone, 20), (Field::MothersMaidenName, 20), (Field::Race, 7), (Field::Ethnicity, 7),
];
#[rustfmt::skip]
const VACCINATION: &[Weighted] = &[
    (Field::GivenOn, 45), (Field::Vaccine, 45), (Field::InformationSource, 45), (Field::Eligibility, 22), (Field::Lot, 22),
    (Field::Manufacturer, 22), (Field::Cvx, 15), (Field::Amount, 16), (Field::Completion, 7),
];
#[rustfmt::skip]
const HEADER: &[Weighted] = &[
    (Field::ControlId, 10), (Field::MessageTime, 10), (Field::SendingApplication, 10), (Field::ResponsibleOrganization, 10),
];

/// What the counts of some days come to. A share is in thousandths; none where there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// How many messages there were.
    pub messages: u64,
    /// How many doses the sender gave.
    pub doses_given: u64,
    /// How much of what is wanted of the message itself is there, weighted.
    pub header_completeness: Option<u64>,
    /// The same of patients.
    pub patient_completeness: Option<u64>,
    /// The same of doses.
    pub vaccination_completeness: Option<u64>,
    /// Things sent, messages and doses, without a warning each; below nothing counts as nothing.
    pub validity: Option<u64>,
    /// Doses given that came within 3 days, within 7, within 30, and later.
    pub timeliness: [u64; 4],
    /// Doses that were not sent before on the same day.
    pub uniqueness: Option<u64>,
    /// Days on which the number of messages was below half or above the double of what is usual on that day of the week.
    pub unusual_days: Vec<Date>,
}

impl Measures {
    /// Measures the days, in their order.
    pub fn of(days: &[(Date, Counts)]) -> Self {
        let mut all = Counts::default();
        for (_, counts) in days {
            all.merge(counts);
        }
        let things = all.of(MESSAGES) + all.of(DOSES);
        Self {
            messages: all.of(MESSAGES),
            doses_given: all.of(GIVEN),
            header_completeness: completeness(&all, Thing::Message, HEADER),
            patient_completeness: completeness(&all, Thing::Patient, PATIENT),
            vaccination_completeness: completeness(&all, Thing::Vaccination, VACCINATION),
            validity: share(things.saturating_sub(all.of(WARNINGS)), things),
            timeliness: ["VAC-569", "VAC-570", "VAC-571", "VAC-572"].map(|code| all.of(code)),
            uniqueness: share(all.of(DOSES).saturating_sub(all.of(REPEATED)), all.of(DOSES)),
            unusual_days: unusual_days(days),
        }
    }
}

fn share(part: u64, whole: u64) -> Option<u64> {
    (part * 1000 + whole / 2).checked_div(whole)
}

/// The weighted share of what is there, of the fields of a thing. A field that is wanted of some doses only is measured on
/// those.
fn completeness(counts: &Counts, thing: Thing, weighted: &[Weighted]) -> Option<u64> {
    let (mut there, mut wanted) = (0, 0);
    for &(field, weight) in weighted {
        let mut entries = catalogue::fields(thing).iter().filter(|entry| entry.field == field);
        let missing = entries.find_map(|entry| Some((entry, code_of(entry, Condition::Missing)?)));
        let Some((entry, missing)) = missing else { continue };
        let all = match entry.when {
            When::Administered => counts.of(GIVEN),
            When::Dose => counts.of(DOSES),
            _ => counts.of(word(thing)),
        };
        there += weight * all.saturating_sub(counts.of(missing));
        wanted += weight * all;
    }
    share(there, wanted)
}

fn code_of(entry: &Entry, condition: Condition) -> Option<&'static str> {
    entry.detections.iter().find(|detection| detection.1 == condition).map(|detection| detection.0)
}

/// The days that differ from the median of the same days of the week; with less than three of them nothing is usual.
fn unusual_days(days: &[(Date, Counts)]) -> Vec<Date> {
    let is_unusual = |(day, counts): &&(Date, Counts)| {
        let same = days.iter().filter(|(other, _)| other.weekday() == day.weekday() && other != day);
        let mut usual: Vec<u64> = same.map(|(_, counts)| counts.of(MESSAGES)).collect();
        usual.sort_unstable();
        let Some(median) = usual.get(usual.len() / 2).filter(|_| usual.len() >= 3) else { return false };
        let messages = counts.of(MESSAGES);
        messages * 2 < *median || messages > median * 2
    };
    days.iter().filter(is_unusual).map(|(day, _)| *day).collect()
}

#[cfg(test)]
mod tests {
    use super::{Counts, DOSES, GIVEN, MESSAGES, Measures, REPEATED, WARNINGS};
    use iis_model::Date;

    fn counts(rows: &[(&str, u64)]) -> Counts {
        let mut counts = Counts::default();
        for (what, count) in rows {
            counts.add(what, *count);
        }
        counts
    }

    #[test]
    fn completeness_weighs_what_is_missing() {
        let day = Date::constant(2026, 3, 2);
        let none = Measures::of(&[]);
        assert_eq!((none.patient_completeness, none.validity), (None, None));
        // Ten patients, all without a middle name (20 of 264) and five without a race (half of 7 of 264).
        let patients = counts(&[(MESSAGES, 10), ("patients", 10), ("PAT-529", 10), ("PAT-209", 5)]);
        let measured = Measures::of(&[(day, patients)]);
        assert_eq!(measured.patient_completeness, Some((264_000 - 20_000 - 3_500 + 132) / 264));
    }

    #[test]
    fn doses_are_measured_where_a_field_is_wanted() {
        let day = Date::constant(2026, 3, 2);
        let rows = [
            (MESSAGES, 4),
            ("vaccinations", 4),
            (DOSES, 4),
            (GIVEN, 2),
            ("VAC-339", 2),
            (REPEATED, 1),
            (WARNINGS, 2),
        ];
        let measured = Measures::of(&[(day, counts(&rows))]);
        // Of the two doses given both lack the lot: 22 of the weights that count for them.
        let wanted = (45 + 45 + 15 + 7 + 45 + 16) * 4 + (22 + 22 + 22) * 2;
        let there = wanted - 22 * 2;
        assert_eq!(measured.vaccination_completeness, Some((there * 1000 + wanted / 2) / wanted));
        assert_eq!((measured.validity, measured.uniqueness), (Some(750), Some(750)));
    }

    #[test]
    fn a_day_far_from_its_like_is_unusual() {
        let mondays = [2, 9, 16, 23].map(|day| Date::constant(2026, 3, day));
        let messages = [100, 110, 90, 30];
        let days: Vec<_> =
            mondays.into_iter().zip(messages).map(|(day, n)| (day, counts(&[(MESSAGES, n)]))).collect();
        assert_eq!(Measures::of(&days).unusual_days, [mondays[3]]);
        assert!(Measures::of(&days[1..]).unusual_days.is_empty(), "three days have no usual number yet");
    }
}

//! Organize immunization history: CDSi Logic Specification 4.6, section 4.2.
//!
//! Each dose becomes one antigen administered record for each antigen of its vaccine whose
//! ages hold the person's age on the day given. The records of an antigen are sorted by
//! date; on one date the order of the input stays.

use super::{Assessment, BirthCountry, BirthDate, History, InputFinding, MOST_DOSES};
use crate::codes::{Mvx, Sex, Volume};
use crate::compiled::{AgeIx, Ages, CodeSet, Schedule, VaccineIx};
use crate::dates::Day;

/// A dose given, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenDose {
    pub(crate) on: Day,
    pub(crate) vaccine: VaccineIx,
    pub(crate) mvx: Option<Mvx>,
    pub(crate) volume: Option<Volume>,
    pub(crate) is_flagged: bool,
    pub(crate) lot_expires_on: Option<Day>,
    /// Row of the conflict table, when the vaccine can hold another back.
    pub(crate) conflict_row: Option<u8>,
    /// Position in the input.
    pub(crate) input: u16,
}

/// A person organized for one assessment. Kept and filled again for the next person.
#[derive(Debug, Default)]
pub(crate) struct Person {
    pub(crate) birth: Day,
    pub(crate) sex: Sex,
    pub(crate) birth_country: BirthCountry,
    ages: Vec<Day>,
    /// Doses by date.
    pub(crate) doses: Vec<GivenDose>,
    /// Positions in `doses` of the doses that can hold others back.
    pub(crate) conflicting: Vec<u16>,
    records: Vec<u16>,
    records_end: Vec<u16>,
    pub(crate) observed: CodeSet,
    dated: Vec<(u16, Day)>,
    order: Vec<u16>,
}

impl Person {
    /// Fills in the facts. False: no age can be counted.
    pub(crate) fn organize(
        &mut self,
        schedule: &Schedule,
        history: &History,
        assessment: &Assessment,
        findings: &mut Vec<InputFinding>,
    ) -> bool {
        let Some((birth, first_possible)) = history.day_of_birth() else {
            findings.push(InputFinding::BirthDateUnknown);
            return false;
        };
        if !matches!(history.birth, BirthDate::On(_)) {
            findings.push(InputFinding::BirthDateWithoutDay { read_as: birth });
        }
        if !assessment.reached(first_possible) {
            findings.push(InputFinding::BornAfterAssessment);
        }
        self.birth = birth;
        self.sex = history.sex;
        self.birth_country = history.birth_country;
        self.count_ages(schedule, birth);
        self.take_observations(schedule, history, findings);
        self.take_doses(schedule, history, assessment, findings);
        self.make_records(schedule);
        true
    }

    /// Every age the schedule names, as a day.
    fn count_ages(&mut self, schedule: &Schedule, birth: Day) {
        let civil = birth.to_civil();
        self.ages.clear();
        self.ages.extend(schedule.ages.iter().map(|age| age.after_civil(civil)));
        self.ages[usize::from(AgeIx::OPEN_BEGIN.0)] = Day::OPEN_BEGIN;
        self.ages[usize::from(AgeIx::OPEN_END.0)] = Day::OPEN_END;
    }

    fn take_observations(
        &mut self,
        schedule: &Schedule,
        history: &History,
        findings: &mut Vec<InputFinding>,
    ) {
        self.observed.clear();
        self.dated.clear();
        for (position, made) in history.observations.iter().enumerate() {
            if !schedule.observations.contains(made.code.number()) {
                findings.push(InputFinding::ObservationNotInSchedule { observation: position });
                continue;
            }
            self.observed.insert(made.code.number());
            self.dated.extend(made.on.map(|on| (made.code.number(), on)));
        }
    }

    fn take_doses(
        &mut self,
        schedule: &Schedule,
        history: &History,
        assessment: &Assessment,
        findings: &mut Vec<InputFinding>,
    ) {
        self.order.clear();
        self.order.extend((0..=u16::MAX).take(history.doses.len()));
        self.order.sort_unstable_by_key(|index| (history.doses[usize::from(*index)].on, *index));
        if self.order.len() > MOST_DOSES {
            findings.push(InputFinding::TooManyDoses { count: history.doses.len() });
            self.order.truncate(MOST_DOSES);
        }
        self.doses.clear();
        self.conflicting.clear();
        for input in self.order.iter().copied() {
            let dose = &history.doses[usize::from(input)];
            let position = usize::from(input);
            if dose.on < self.birth {
                findings.push(InputFinding::DoseBeforeBirth { dose: position });
                continue;
            }
            if !assessment.reached(dose.on) {
                findings.push(InputFinding::DoseInFuture { dose: position });
            }
            let Some(vaccine) = schedule.vaccine(dose.cvx) else {
                if let Some(code) = schedule.product_observation(dose.cvx) {
                    self.observed.insert(code.number());
                    self.dated.push((code.number(), dose.on));
                } else {
                    findings.push(InputFinding::VaccineNotInSchedule { dose: position });
                }
                continue;
            };
            let same_day = self.doses.iter().rev().take_while(|earlier| earlier.on == dose.on);
            if let Some(same) = same_day.into_iter().find(|earlier| earlier.vaccine == vaccine) {
                let as_dose = usize::from(same.input);
                findings.push(InputFinding::SameVaccineSameDay { dose: position, as_dose });
            }
            let conflict_row = schedule.vaccines[usize::from(vaccine)].conflict_row;
            if conflict_row.is_some() {
                self.conflicting.push(u16::try_from(self.doses.len()).unwrap_or(u16::MAX));
            }
            self.doses.push(GivenDose {
                on: dose.on,
                vaccine,
                mvx: dose.mvx,
                volume: dose.volume,
                is_flagged: dose.is_flagged,
                lot_expires_on: dose.lot_expires_on,
                conflict_row,
                input,
            });
        }
    }

    /// The records of each antigen, one stretch after the other: first their number, then
    /// where each stretch begins, then the records themselves.
    fn make_records(&mut self, schedule: &Schedule) {
        let mut next = [0_u16; 64];
        self.each_record(schedule, |antigen, _| next[antigen] += 1);
        self.records_end.clear();
        let mut total = 0;
        for count in &mut next[..schedule.antigens.len()] {
            total += std::mem::replace(count, total);
            self.records_end.push(total);
        }
        let mut records = std::mem::take(&mut self.records);
        records.clear();
        records.resize(total.into(), 0);
        self.each_record(schedule, |antigen, dose| {
            records[usize::from(next[antigen])] = dose;
            next[antigen] += 1;
        });
        self.records = records;
    }

    /// Calls with antigen and dose for each dose that counts for the antigen, by date.
    fn each_record(&self, schedule: &Schedule, mut call: impl FnMut(usize, u16)) {
        for (index, dose) in (0_u16..).zip(&self.doses) {
            for (antigen, ages) in &schedule.vaccines[usize::from(dose.vaccine)].antigens {
                if self.is_within(dose.on, *ages) {
                    call(usize::from(*antigen & 63), index);
                }
            }
        }
    }

    /// The antigen administered records of an antigen, as positions in `doses`, by date.
    pub(crate) fn records(&self, antigen: usize) -> &[u16] {
        let begin = antigen.checked_sub(1).map_or(0, |before| usize::from(self.records_end[before]));
        &self.records[begin..usize::from(self.records_end[antigen])]
    }

    /// The day on which the person reaches an age; an open end gives its far day.
    #[inline]
    pub(crate) fn at(&self, age: AgeIx) -> Day {
        self.ages[usize::from(age.0)]
    }

    /// The day on which the person reaches an age, if one is named.
    #[inline]
    pub(crate) fn at_named(&self, age: AgeIx) -> Option<Day> {
        age.is_named().then(|| self.at(age))
    }

    /// Whether a day falls into ages.
    #[inline]
    pub(crate) fn is_within(&self, day: Day, ages: Ages) -> bool {
        self.at(ages.begin) <= day && day < self.at(ages.end)
    }

    /// Whether the day that `reached` tells of falls into ages.
    #[inline]
    pub(crate) fn reaches(&self, ages: Ages, reached: &impl Fn(Day) -> bool) -> bool {
        reached(self.at(ages.begin)) && !reached(self.at(ages.end))
    }

    /// CALCDTINT-9: the latest date of an observation.
    pub(crate) fn observed_on(&self, observation: u16) -> Option<Day> {
        self.dated.iter().filter(|(code, _)| *code == observation).map(|(_, on)| *on).max()
    }

    /// The earliest date of an observation.
    pub(crate) fn first_observed_on(&self, observation: u16) -> Option<Day> {
        self.dated.iter().filter(|(code, _)| *code == observation).map(|(_, on)| *on).min()
    }
}

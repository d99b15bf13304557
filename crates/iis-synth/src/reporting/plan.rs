//! Which messages are sent about a person.

use super::source::OFFSET_SECONDS;
use super::{Content, Report, Source};
use crate::Settings;
use crate::calendar::Day;
use crate::life::{Dose, Life};
use crate::population::{Family, Jurisdiction, SourceKind};
use crate::random::{Random, mix};
use crate::vaccines::products;

/// The records kept of a person and the messages sent about it, in the order of sending.
pub(super) fn plan(
    settings: &Settings,
    calder: &Jurisdiction,
    family: &Family,
    member: u8,
    life: &Life,
) -> (Vec<Source>, Vec<Report>) {
    let stream = mix(u64::from(family.number)) ^ u64::from(member) << 1;
    let mut plan = Plan {
        random: Random::new(settings.seed ^ 0x9e90, stream),
        settings,
        calder,
        family,
        member,
        life,
        sources: Vec::new(),
        reports: Vec::new(),
    };
    plan.birth();
    plan.visits();
    plan.notes();
    plan.changes();
    plan.death();
    let mut reports = plan.reports;
    reports.retain(|report| Day(days(report.sent_at)) < settings.as_of);
    reports.sort_by_key(|report| report.sent_at);
    number(&mut reports);
    (plan.sources, reports)
}

/// Numbers the messages; one sent again keeps the number of the first.
fn number(reports: &mut [Report]) {
    for index in 0..reports.len() {
        let before = &reports[..index];
        let first = Report { sent_at: reports[index].made_at, ..reports[index] };
        let known = before.iter().find(|one| Report { ordinal: 0, ..**one } == first).map(|one| one.ordinal);
        reports[index].ordinal = known.unwrap_or_else(|| u16::try_from(index).unwrap_or(u16::MAX));
    }
}

fn days(seconds: i64) -> i32 {
    i32::try_from((seconds + OFFSET_SECONDS).div_euclid(86_400)).unwrap_or(0)
}

struct Plan<'a> {
    random: Random,
    settings: &'a Settings,
    calder: &'a Jurisdiction,
    family: &'a Family,
    member: u8,
    life: &'a Life,
    sources: Vec<Source>,
    reports: Vec<Report>,
}

impl Plan<'_> {
    /// The record at a site's organization, opened on the day if there is none yet; whether it is new.
    fn source(&mut self, site: u16, on: Day) -> (u8, bool) {
        let organization = self.calder.site(site).organization;
        let known = self.sources.iter().position(|source| source.organization == organization);
        let index = known.unwrap_or_else(|| {
            let source = Source::open(self.settings, self.calder, self.family, self.member, site, on);
            self.sources.push(source);
            self.sources.len() - 1
        });
        (u8::try_from(index).unwrap_or(u8::MAX), known.is_none())
    }

    /// The first day on which a site's organization reports: connections were made over two years.
    fn live_from(&self, site: u16) -> Day {
        let late = mix(u64::from(self.calder.site(site).organization) ^ 0x11fe) % 730;
        self.settings.reporting_from().plus(i32::try_from(late).unwrap_or(0))
    }

    /// Sends a message on a day, in office hours.
    fn send(&mut self, source: u8, on: Day, content: Content) {
        let made_at =
            i64::from(on.0) * 86_400 - OFFSET_SECONDS + i64::from(self.random.between(8 * 3_600, 18 * 3_600));
        let (household, member, ordinal) = (0, 0, 0);
        let report = Report { sent_at: made_at, made_at, household, member, source, ordinal, content };
        self.reports.push(report);
        // A timeout on the way: the same bytes again, minutes later.
        if self.random.chance(8) {
            let sent_at = made_at + i64::from(self.random.between(60, 7_200));
            self.reports.push(Report { sent_at, ..report });
        }
    }

    fn birth(&mut self) {
        let Some(hospital) = self.life.born_at else { return };
        let born_on = self.family.members[usize::from(self.member)].born_on;
        if born_on < self.live_from(hospital) {
            return;
        }
        let (source, _) = self.source(hospital, born_on);
        if !self.life.doses.iter().any(|dose| dose.site == hospital) {
            self.send(source, born_on.plus(1), Content::Demographics);
        }
        let vital = self.calder.draw(SourceKind::VitalRecords, &mut self.random);
        let registered_on = born_on.plus(self.random.between(4, 20)).working_day();
        let (source, _) = self.source(vital, registered_on);
        self.send(source, registered_on, Content::Demographics);
    }

    fn visits(&mut self) {
        let mut first = 0;
        while let Some(dose) = self.life.doses.get(first) {
            let count = self.life.doses[first..]
                .iter()
                .take_while(|other| other.on == dose.on && other.site == dose.site)
                .count();
            if dose.on >= self.live_from(dose.site) {
                self.visit(first, count, *dose);
            }
            first += count;
        }
    }

    fn visit(&mut self, first: usize, count: usize, dose: Dose) {
        let (source, is_new) = self.source(dose.site, dose.on);
        let kind = self.calder.site(dose.site).kind;
        let knows_history = matches!(kind, SourceKind::Clinic | SourceKind::HealthDepartment);
        let with_history = is_new && first > 0 && knows_history && self.random.chance(700);
        let wrong_lot = self.random.chance(20);
        let reported_on = if kind == SourceKind::Pharmacy { dose.on.plus(1) } else { dose.on };
        let (first, count) =
            (u16::try_from(first).unwrap_or(u16::MAX), u8::try_from(count).unwrap_or(u8::MAX));
        self.send(source, reported_on, Content::Visit { first, count, with_history, wrong_lot });
        if wrong_lot && self.random.chance(700) {
            let corrected_on = reported_on.plus(self.random.between(1, 12)).working_day();
            self.send(source, corrected_on, Content::Correction { dose: first });
        }
        if self.random.chance(4) {
            self.mix_up(source, reported_on);
        }
        let clinic = self.life.clinic_on(dose.on);
        if kind != SourceKind::Clinic && self.random.chance(300) && dose.on >= self.live_from(clinic) {
            self.copy(clinic, first, dose);
        }
    }

    /// The clinic learns of a dose given elsewhere, on paper or from the parent.
    fn copy(&mut self, clinic: u16, dose: u16, given: Dose) {
        let on = given.on.plus(self.random.between(5, 90)).working_day();
        let (source, _) = self.source(clinic, on);
        let from_memory = self.random.chance(200)
            && given.on.days_since(self.family.members[usize::from(self.member)].born_on) > 30;
        let drift = if from_memory { i8::try_from(self.random.between(-7, 4)).unwrap_or(0) } else { 0 };
        self.send(source, on, Content::Copy { dose, drift });
    }

    /// A dose of somebody else gets into this record and out again.
    fn mix_up(&mut self, source: u8, on: Day) {
        let age = on.months_since(self.family.members[usize::from(self.member)].born_on);
        let usable: Vec<_> = products()
            .iter()
            .filter(|product| product.is_usable(on, age) && product.groups.is_power_of_two())
            .collect();
        if usable.is_empty() {
            return;
        }
        let product = self.random.pick(&usable).id;
        self.send(source, on, Content::Erroneous { product, on });
        let noticed_on = on.plus(self.random.between(1, 15)).working_day();
        self.send(source, noticed_on, Content::Withdrawal { product, on });
    }

    fn notes(&mut self) {
        for (index, note) in (0..).zip(&self.life.notes) {
            if note.on >= self.live_from(note.site) {
                let (source, _) = self.source(note.site, note.on);
                self.send(source, note.on, Content::Note { note: index });
            }
        }
    }

    /// A new home or name is told to the newest clinic, by four in ten.
    fn changes(&mut self) {
        let person = &self.family.members[usize::from(self.member)];
        let moved = self.family.homes.iter().skip(1).map(|home| home.from);
        let renamed = person.later_surname.map(|(from, _)| from);
        let days: Vec<Day> = moved.chain(renamed).collect();
        for day in days {
            let on = day.plus(self.random.between(3, 200)).working_day();
            let clinic = self.life.clinic_on(on);
            let is_known = self.sources.iter().any(|source| source.site == clinic && source.since < on);
            let is_alive = person.died_on.is_none_or(|died_on| on < died_on);
            if is_known && is_alive && on >= self.live_from(clinic) && self.random.chance(400) {
                let (source, _) = self.source(clinic, on);
                self.send(source, on, Content::Demographics);
            }
        }
    }

    fn death(&mut self) {
        let Some(died_on) = self.family.members[usize::from(self.member)].died_on else { return };
        let on = died_on.plus(self.random.between(3, 20)).working_day();
        let vital = self.calder.draw(SourceKind::VitalRecords, &mut self.random);
        if on >= self.live_from(vital) {
            let (source, _) = self.source(vital, on);
            self.send(source, on, Content::Demographics);
        }
    }
}

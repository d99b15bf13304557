//! A household told by hand: a family, what its members got where, and which messages said so.

use crate::Settings;
use crate::calendar::Day;
use crate::life::{Dose, Life, Note, NoteKind};
use crate::names::{Surname, Writing};
use crate::population::place::{Home, Phone};
use crate::population::{Coverage, Family, Jurisdiction, Person};
use crate::random::Random;
use crate::reporting::{Content, Household, Member, Mistake, Report, Source};
use crate::vaccines::{ProductId, products};
use iis_model::person::Sex;

/// Families told by hand have numbers from here on: beyond those of any generated population.
const FIRST_NUMBER: u32 = 6_000_000;

/// A household while it is told.
pub(super) struct Chronicle<'a> {
    settings: &'a Settings,
    calder: &'a Jurisdiction,
    family: Family,
    members: Vec<Member>,
    reports: Vec<Report>,
}

/// A person as the teller introduces it.
pub(super) struct Introduced {
    pub(super) first: &'static str,
    pub(super) middle: Option<&'static str>,
    pub(super) sex: Sex,
    pub(super) born_on: Day,
}

impl<'a> Chronicle<'a> {
    /// A family by its number, the surname of the father and children, mother and father.
    pub(super) fn begin(
        settings: &'a Settings,
        calder: &'a Jurisdiction,
        number: u32,
        surname: &'static str,
        (mother, maiden): (Introduced, Surname),
        father: &Introduced,
    ) -> Self {
        let random = &mut Random::new(settings.seed ^ 0x5407, u64::from(number));
        let long_ago = Day::new(1990, 1, 1);
        let mut mother = person(&mother, maiden);
        mother.later_surname = (maiden.first != surname).then_some((long_ago, Surname::one(surname)));
        let family = Family {
            number: FIRST_NUMBER + number,
            members: vec![mother, person(father, Surname::one(surname))],
            has_father: true,
            is_hispanic: maiden.second.is_some(),
            race: if maiden.second.is_some() { 5 } else { 0 },
            coverage: Coverage::Medicaid,
            arrived_on: long_ago,
            homes: vec![Home::draw(random, long_ago)],
            phones: vec![Phone::draw(random, long_ago)],
        };
        let mut chronicle = Self { settings, calder, family, members: Vec::new(), reports: Vec::new() };
        chronicle.follow(0);
        chronicle.follow(1);
        chronicle
    }

    fn follow(&mut self, index: u8) -> usize {
        self.members.push(Member { index, life: Life::default(), sources: Vec::new() });
        self.members.len() - 1
    }

    /// A child; its place among the members is returned, by which it is named from then on.
    pub(super) fn child(&mut self, child: &Introduced, multiple: Option<(u8, u8)>) -> usize {
        let surname = self.family.members[1].surname_at_birth;
        self.family.members.push(Person { multiple, ..person(child, surname) });
        self.follow(u8::try_from(self.family.members.len() - 1).unwrap_or(u8::MAX))
    }

    /// From a day on the person has another surname.
    pub(super) fn rename(&mut self, member: usize, from: Day, surname: &'static str) {
        self.person_mut(member).later_surname = Some((from, Surname::one(surname)));
    }

    /// Products (by CVX) given at a site (by code) on a day, and reported the same day.
    pub(super) fn visit(&mut self, member: usize, site: &str, on: Day, cvx: &[u16]) -> u16 {
        self.visit_reported(member, site, on, cvx, false, false)
    }

    /// The same by a clinic that also reports what it knows from elsewhere.
    pub(super) fn visit_with_history(&mut self, member: usize, site: &str, on: Day, cvx: &[u16]) -> u16 {
        self.visit_reported(member, site, on, cvx, true, false)
    }

    /// The same with a mistyped lot number, corrected four days later.
    pub(super) fn visit_with_wrong_lot(&mut self, member: usize, site: &str, on: Day, cvx: &[u16]) {
        let dose = self.visit_reported(member, site, on, cvx, false, true);
        let source = self.source(member, site, on);
        self.report(member, source, on.plus(4), Content::Correction { dose });
    }

    fn visit_reported(
        &mut self,
        member: usize,
        site: &str,
        on: Day,
        cvx: &[u16],
        with_history: bool,
        wrong_lot: bool,
    ) -> u16 {
        let age = on.months_since(self.person(member).born_on);
        let number = self.site(site);
        let life = &mut self.members[member].life;
        let first = u16::try_from(life.doses.len()).unwrap_or(u16::MAX);
        for cvx in cvx {
            life.doses.push(Dose { on, product: product(*cvx, on, age), site: number });
        }
        let count = u8::try_from(cvx.len()).unwrap_or(u8::MAX);
        let source = self.source(member, site, on);
        self.report(member, source, on, Content::Visit { first, count, with_history, wrong_lot });
        first
    }

    /// Another site reports a dose as history, some days later.
    pub(super) fn copy(&mut self, member: usize, dose: u16, site: &str, on: Day, drift: i8) {
        let source = self.source(member, site, on);
        self.report(member, source, on, Content::Copy { dose, drift });
    }

    /// A dose that belongs to somebody else, taken back three days later.
    pub(super) fn mix_up(&mut self, member: usize, site: &str, on: Day, cvx: u16) {
        let product = product(cvx, on, on.months_since(self.person(member).born_on));
        let source = self.source(member, site, on);
        self.report(member, source, on, Content::Erroneous { product, on });
        self.report(member, source, on.plus(3), Content::Withdrawal { product, on });
    }

    /// A refusal, an immunity, an allergy.
    pub(super) fn note(&mut self, member: usize, site: &str, on: Day, what: NoteKind) {
        let number = self.site(site);
        let life = &mut self.members[member].life;
        let note = u16::try_from(life.notes.len()).unwrap_or(u16::MAX);
        life.notes.push(Note { on, site: number, what });
        let source = self.source(member, site, on);
        self.report(member, source, on, Content::Note { note });
    }

    /// Demographics alone: a birth, a new name.
    pub(super) fn introduce(&mut self, member: usize, site: &str, on: Day) {
        let source = self.source(member, site, on);
        self.report(member, source, on, Content::Demographics);
    }

    /// The site's record has the child without a name.
    pub(super) fn nameless_at(&mut self, member: usize, site: &str, on: Day) {
        let source = self.source(member, site, on);
        self.members[member].sources[usize::from(source)].mistake = Mistake::NoNameYet;
    }

    /// Joins the household and its reports to a population, in which it has this index.
    pub(super) fn end(self, household: u32) -> (Household, Vec<Report>) {
        let today = self.settings.as_of;
        let mut reports = self.reports;
        reports.retain(|report| report.day() < today);
        reports.sort_by_key(|report| report.sent_at);
        for (ordinal, report) in (0..).zip(&mut reports) {
            (report.household, report.ordinal) = (household, ordinal);
        }
        (Household { family: self.family, members: self.members }, reports)
    }

    fn person(&self, member: usize) -> &Person {
        &self.family.members[usize::from(self.members[member].index)]
    }

    fn person_mut(&mut self, member: usize) -> &mut Person {
        &mut self.family.members[usize::from(self.members[member].index)]
    }

    fn site(&self, code: &str) -> u16 {
        let found = self.calder.sites.iter().position(|site| site.code == code);
        u16::try_from(found.expect("the tellers name sites of Calder, a test reads all stories")).unwrap_or(0)
    }

    fn source(&mut self, member: usize, site: &str, on: Day) -> u8 {
        let site = self.site(site);
        let organization = self.calder.site(site).organization;
        let index = self.members[member].index;
        let sources = &mut self.members[member].sources;
        let known = sources.iter().position(|source| source.organization == organization);
        let place = known.unwrap_or_else(|| {
            let source = Source::open(self.settings, self.calder, &self.family, index, site, on);
            // Told people have no accidents but those told.
            sources.push(Source {
                mistake: Mistake::None,
                is_stale: false,
                writing: Writing::Both,
                ..source
            });
            sources.len() - 1
        });
        u8::try_from(place).unwrap_or(u8::MAX)
    }

    fn report(&mut self, member: usize, source: u8, on: Day, content: Content) {
        let minute = 17 * i64::try_from(self.reports.len()).unwrap_or(0) % 400;
        let made_at = i64::from(on.0) * 86_400 + 15 * 3_600 + minute * 60;
        let member = u8::try_from(member).unwrap_or(u8::MAX);
        let (household, ordinal) = (0, 0);
        self.reports.push(Report { sent_at: made_at, made_at, household, member, source, ordinal, content });
    }
}

fn person(introduced: &Introduced, surname: Surname) -> Person {
    let Introduced { first, middle, sex, born_on } = *introduced;
    Person {
        sex,
        first,
        middle,
        surname_at_birth: surname,
        later_surname: None,
        suffix: None,
        born_on,
        multiple: None,
        died_on: None,
        is_namesake: false,
    }
}

/// The product with a CVX that may be given on the day at the age; any of that code otherwise.
fn product(cvx: u16, on: Day, age_months: i32) -> ProductId {
    let of_code = || products().iter().filter(|product| product.cvx == cvx);
    let usable = of_code().find(|product| product.is_usable(on, age_months));
    usable
        .or_else(|| of_code().next())
        .expect("the tellers name products of the table, a test reads all stories")
        .id
}

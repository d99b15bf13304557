//! What happened to a person: visits with doses, refusals, diseases gone through. This is the truth; who reported
//! what of it is another matter ([`crate::reporting`]).

mod adult;
mod child;

use crate::Settings;
use crate::calendar::Day;
use crate::population::{Family, Jurisdiction, Person, SourceKind};
use crate::random::{Random, mix};
use crate::vaccines::{Group, ProductId, Progress, choose};

/// A dose that was really given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dose {
    /// The day.
    pub on: Day,
    /// The product.
    pub product: ProductId,
    /// Where: index into [`Jurisdiction::sites`].
    pub site: u16,
}

/// Something that is no dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// The day.
    pub on: Day,
    /// Where it was noted.
    pub site: u16,
    /// What.
    pub what: NoteKind,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// A vaccine was refused; `by_parent`, or by the patient.
    Refusal {
        /// The group refused.
        group: Group,
        /// Whether for religious reasons.
        religious: bool,
    },
    /// The patient had chickenpox.
    HadVaricella,
    /// Blood test: immune to hepatitis B.
    ImmuneHepB,
    /// Allergic to neomycin.
    AllergicNeomycin,
    /// Anaphylaxis after a dose.
    Anaphylaxis,
}

/// What happened to one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Life {
    /// Doses by day; those of one day were one visit.
    pub doses: Vec<Dose>,
    /// What else was noted, by day.
    pub notes: Vec<Note>,
    /// The clinic that cares for the person, with the first day; the oldest first.
    pub clinics: Vec<(Day, u16)>,
    /// The hospital of birth, for those born in the jurisdiction since reporting began.
    pub born_at: Option<u16>,
}

impl Life {
    /// What happened to a member of a family.
    pub fn live(settings: &Settings, calder: &Jurisdiction, family: &Family, member: u8) -> Self {
        let person = &family.members[usize::from(member)];
        let stream = mix(u64::from(family.number)) ^ u64::from(member) << 1 ^ 1;
        let mut story = Story {
            random: Random::new(settings.seed, stream),
            settings,
            calder,
            family,
            person,
            life: Self::default(),
            progress: Progress::default(),
            until: person.died_on.unwrap_or(settings.as_of),
        };
        story.find_clinics();
        child::grow_up(&mut story);
        adult::live_on(&mut story);
        let mut life = story.life;
        life.doses.sort_by_key(|dose| dose.on);
        life.notes.sort_by_key(|note| note.on);
        life
    }

    /// The clinic on a day.
    pub fn clinic_on(&self, on: Day) -> u16 {
        let later = self.clinics.partition_point(|(from, _)| *from <= on);
        self.clinics.get(later.saturating_sub(1)).map_or(0, |(_, site)| *site)
    }
}

/// A life while it is told.
struct Story<'a> {
    random: Random,
    settings: &'a Settings,
    calder: &'a Jurisdiction,
    family: &'a Family,
    person: &'a Person,
    life: Life,
    progress: Progress,
    /// The last day of the story.
    until: Day,
}

impl Story<'_> {
    /// A family has one clinic; a third of the people change it once.
    fn find_clinics(&mut self) {
        let mut of_family = Random::new(self.settings.seed ^ 0xc11c, u64::from(self.family.number));
        let first = self.calder.draw(SourceKind::Clinic, &mut of_family);
        self.life.clinics.push((self.person.born_on, first));
        if self.random.chance(330) {
            let years = self.settings.as_of.days_since(self.person.born_on).max(1);
            let changed_on = self.person.born_on.plus(self.random.between(200, years.max(201)));
            let second = self.calder.draw(SourceKind::Clinic, &mut self.random);
            self.life.clinics.push((changed_on, second));
        }
    }

    fn age_days(&self, on: Day) -> i32 {
        on.days_since(self.person.born_on)
    }

    /// Gives what is wanted and usable on a day; says how many doses that were.
    fn visit(&mut self, on: Day, site: u16, wanted: u32) -> usize {
        if on > self.until || on < self.person.born_on {
            return 0;
        }
        let chosen = choose(wanted, &self.progress, self.person.born_on, on, site);
        for product in &chosen {
            self.progress.record(product.get(), on, self.person.born_on);
            self.life.doses.push(Dose { on, product: *product, site });
        }
        chosen.len()
    }

    fn note(&mut self, on: Day, site: u16, what: NoteKind) {
        if on <= self.until {
            self.life.notes.push(Note { on, site, what });
        }
    }

    /// Where a grown-up gets a seasonal dose: mostly a pharmacy.
    fn seasonal_site(&mut self, on: Day) -> u16 {
        match self.random.below(100) {
            0..55 => self.calder.draw(SourceKind::Pharmacy, &mut self.random),
            55..63 => self.calder.draw(SourceKind::HealthDepartment, &mut self.random),
            _ => self.life.clinic_on(on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Life;
    use crate::Settings;
    use crate::calendar::Day;
    use crate::population::{Family, Jurisdiction, Person};
    use std::collections::BTreeMap;

    fn each_life(families: u32, mut look: impl FnMut(&Family, &Person, &Life)) {
        let settings = Settings::new(families * 3, 42, Day::new(2026, 11, 20).date());
        let calder = Jurisdiction::calder(settings.people);
        for number in 0..families {
            let family = Family::generate(&settings, number);
            for (member, person) in family.patients() {
                look(&family, person, &Life::live(&settings, &calder, &family, member));
            }
        }
    }

    #[test]
    fn nothing_happens_before_birth_after_death_or_in_the_future() {
        let today = Day::new(2026, 11, 20);
        each_life(2_000, |family, person, life| {
            let last = person.died_on.unwrap_or(today);
            let days = life.doses.iter().map(|dose| dose.on).chain(life.notes.iter().map(|note| note.on));
            for day in days {
                assert!(person.born_on <= day && day <= last, "family {}: {day}", family.number);
            }
        });
    }

    #[test]
    fn every_dose_is_of_a_product_licensed_that_day_for_that_age() {
        each_life(2_000, |family, person, life| {
            for dose in &life.doses {
                let product = dose.product.get();
                let age = dose.on.months_since(person.born_on);
                assert!(
                    product.is_usable(dose.on, age),
                    "family {}: {} at {age} months",
                    family.number,
                    product.trade_name
                );
            }
        });
    }

    #[test]
    fn a_visit_never_holds_two_products_against_the_same_thing() {
        each_life(2_000, |family, _, life| {
            let mut visits: BTreeMap<Day, u32> = BTreeMap::new();
            for dose in &life.doses {
                let covered = visits.entry(dose.on).or_default();
                assert_eq!(*covered & dose.product.get().groups, 0, "family {}: {}", family.number, dose.on);
                *covered |= dose.product.get().groups;
            }
        });
    }

    #[test]
    fn most_two_year_olds_are_vaccinated_some_late_and_some_not_at_all() {
        let today = Day::new(2026, 11, 20);
        let (mut children, mut measles, mut none) = (0, 0, 0);
        each_life(6_000, |_, person, life| {
            if (36..72).contains(&today.months_since(person.born_on)) {
                children += 1;
                measles += i32::from(life.doses.iter().any(|dose| matches!(dose.product.get().cvx, 3 | 94)));
                none += i32::from(life.doses.is_empty());
            }
        });
        let percent = |part: i32| part * 100 / children;
        assert!((84..=97).contains(&percent(measles)), "measles {} %", percent(measles));
        assert!((1..=6).contains(&percent(none)), "none {} %", percent(none));
    }
}

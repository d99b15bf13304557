//! Families: how invented people come into the world, get their names and homes.
//!
//! Made according to `matching.md` section 10 of the design: a mother with maiden and current name, a father, up to
//! five children born at least ten months apart, twins in 1.6 of 100 births, triplets in 1 of 5,000.

use super::place::{Home, Phone, valid_on};
use crate::Settings;
use crate::calendar::Day;
use crate::names::{Surname, alike, given_name, names};
use crate::random::Random;
use iis_model::person::Sex;

/// Days between two births of one mother: at least ten months.
const SHORTEST_GAP_DAYS: i32 = 304;

/// Who pays for a child's vaccine (HL7 table 0064).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// V01, not eligible for the program.
    Private,
    /// V02.
    Medicaid,
    /// V03.
    Uninsured,
    /// V04.
    Native,
    /// V05.
    Underinsured,
}

/// An invented person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Sex.
    pub sex: Sex,
    /// First name.
    pub first: &'static str,
    /// Middle name.
    pub middle: Option<&'static str>,
    /// Surname at birth.
    pub surname_at_birth: Surname,
    /// A later surname with its first day.
    pub later_surname: Option<(Day, Surname)>,
    /// JR, SR, III.
    pub suffix: Option<&'static str>,
    /// Date of birth.
    pub born_on: Day,
    /// Place in a multiple birth, from 1, and how many there were.
    pub multiple: Option<(u8, u8)>,
    /// Date of death.
    pub died_on: Option<Day>,
    /// Whether the person has the name and birth date of somebody unrelated.
    pub is_namesake: bool,
}

impl Person {
    /// The surname on a day.
    pub fn surname_on(&self, on: Day) -> Surname {
        match self.later_surname {
            Some((from, later)) if from <= on => later,
            _ => self.surname_at_birth,
        }
    }
}

/// An invented family.
#[derive(Debug, Clone)]
pub struct Family {
    /// Its number; the same seed and number give the same family.
    pub number: u32,
    /// The mother first, then the father, then the children in the order of birth.
    pub members: Vec<Person>,
    /// Whether the father lives with the family: otherwise he is nobody's patient here.
    pub has_father: bool,
    /// Whether the family speaks Spanish.
    pub is_hispanic: bool,
    /// OMB race category, index into [`RACES`].
    pub race: u8,
    /// Who pays.
    pub coverage: Coverage,
    /// The first day in the jurisdiction.
    pub arrived_on: Day,
    /// Homes, the oldest first.
    pub homes: Vec<Home>,
    /// Telephones, the oldest first; none for a fifth of the families.
    pub phones: Vec<Phone>,
}

/// Race codes (CDCREC) with their names.
pub const RACES: &[(&str, &str)] = &[
    ("2106-3", "White"),
    ("2054-5", "Black or African American"),
    ("2028-9", "Asian"),
    ("1002-5", "American Indian or Alaska Native"),
    ("2076-8", "Native Hawaiian or Other Pacific Islander"),
    ("2131-1", "Other Race"),
];

impl Family {
    /// The family with this number.
    pub fn generate(settings: &Settings, number: u32) -> Self {
        let mut family = Self::alone(settings, number);
        // Two of 120 families share a child's name and birth date and nothing else.
        if number % 120 == 61 {
            let other = Self::alone(settings, number - 54);
            if let Some(child) = other.members.get(2).filter(|child| child.multiple.is_none()) {
                family.members[0].born_on = other.members[0].born_on;
                family.members[1].born_on = other.members[1].born_on;
                family.members.truncate(2);
                let twin = Person { is_namesake: true, middle: None, died_on: None, ..child.clone() };
                family.members.push(twin);
            }
        }
        family
    }

    fn alone(settings: &Settings, number: u32) -> Self {
        let random = &mut Random::new(settings.seed, u64::from(number));
        let is_hispanic = random.chance(220);
        let (mother_born, births) = births(settings, random);
        let first_birth = births.first().copied();
        let married_on =
            first_birth.unwrap_or_else(|| mother_born.plus(9_500)).plus(-random.between(200, 1_500));
        // No father is younger than 16 at the first birth, or older than 48 at the last one.
        let youngest = first_birth.unwrap_or(settings.as_of).plus(-16 * 366);
        let oldest = births.last().map_or(Day(-60_000), |last| last.plus(-48 * 365));
        let father_born = mother_born.plus(-random.between(-900, 2_400)).min(youngest).max(oldest);
        let father_surname = surname(random, is_hispanic);
        let father = parent(random, Sex::Male, father_born, father_surname, is_hispanic);
        let maiden = surname(random, is_hispanic);
        let mut mother = parent(random, Sex::Female, mother_born, maiden, is_hispanic);
        let kept = random.below(100);
        if !is_hispanic && kept < 70 {
            mother.later_surname = Some((married_on, father_surname));
        } else if !is_hispanic && kept < 76 {
            mother.later_surname = Some((married_on, Surname::two(maiden.first, father_surname.first)));
        }
        let child_surname = if is_hispanic && random.chance(500) {
            Surname::two(father_surname.first, maiden.first)
        } else {
            father_surname
        };
        let has_father = random.chance(830);
        let always = Day(-40_000);
        let arrived_on =
            if random.chance(150) { settings.as_of.plus(-random.between(200, 6_000)) } else { always };
        let mut members = vec![mother, father];
        for born_on in births {
            bear(settings, random, &mut members, born_on, child_surname, is_hispanic);
        }
        for person in &mut members {
            grow(settings, random, person);
        }
        let race = u8::try_from(random.weighted(&[64, 15, 7, 3, 1, 10])).unwrap_or(0);
        let coverage = [
            Coverage::Private,
            Coverage::Medicaid,
            Coverage::Uninsured,
            Coverage::Native,
            Coverage::Underinsured,
        ][random.weighted(&[50, 38, 6, 2, 4])];
        let (homes, phones) = moves(settings, random, married_on);
        Self { number, members, has_father, is_hispanic, race, coverage, arrived_on, homes, phones }
    }

    /// The mother.
    pub fn mother(&self) -> &Person {
        &self.members[0]
    }

    /// The father.
    pub fn father(&self) -> &Person {
        &self.members[1]
    }

    /// Who is a patient in the jurisdiction: index and person.
    pub fn patients(&self) -> impl Iterator<Item = (u8, &Person)> {
        let absent = if self.has_father { None } else { Some(1) };
        (0..).zip(&self.members).filter(move |(index, _)| Some(*index) != absent)
    }

    /// The home on a day.
    pub fn home_on(&self, on: Day) -> Option<Home> {
        valid_on(&self.homes, |home| home.from, on)
    }

    /// The telephone on a day.
    pub fn phone_on(&self, on: Day) -> Option<Phone> {
        valid_on(&self.phones, |phone| phone.from, on)
    }
}

/// The mother's birth date and the dates on which she gave birth.
fn births(settings: &Settings, random: &mut Random) -> (Day, Vec<Day>) {
    // Ages of mothers today, in bands of ten years, so that all ages together make the census pyramid.
    const AGES: [(i32, i32, u32); 7] =
        [(19, 24, 8), (25, 34, 21), (35, 44, 21), (45, 54, 14), (55, 64, 13), (65, 74, 13), (75, 92, 12)];
    let (young, old, _) = AGES[random.weighted(&AGES.map(|(.., weight)| weight))];
    let born_on = settings.as_of.plus(-random.between(young * 365, old * 366));
    let wanted = random.weighted(&[20, 24, 31, 16, 6, 3]);
    let mut births = Vec::new();
    let mut next = born_on.plus(18 * 366 + random.between(0, 3_600) + random.between(0, 3_600));
    while births.len() < wanted && next < settings.as_of && next < born_on.plus(46 * 365) {
        births.push(season(random, next));
        next = births[births.len() - 1]
            .plus(SHORTEST_GAP_DAYS + random.between(1, 700) + random.between(0, 500));
    }
    births.retain(|birth| *birth < settings.as_of);
    (born_on, births)
}

/// More children are born in summer: one in nine winter births is moved half a year on.
fn season(random: &mut Random, birth: Day) -> Day {
    let (_, month, _) = birth.civil();
    if matches!(month, 1 | 2 | 12) && random.chance(110) { birth.plus(183) } else { birth }
}

fn bear(
    settings: &Settings,
    random: &mut Random,
    members: &mut Vec<Person>,
    born_on: Day,
    surname: Surname,
    is_hispanic: bool,
) {
    let born_at_once = match random.below(100_000) {
        roll if roll < 20 => 3,
        roll if roll < 20 + settings.twins_permille * 100 => 2,
        _ => 1,
    };
    let are_alike = random.chance(400);
    let first_of_them = members.len();
    for order in 1..=born_at_once {
        let sex = if random.chance(488) { Sex::Female } else { Sex::Male };
        let brothers: Vec<&str> = members[2..].iter().map(|child| child.first).collect();
        let first = (0..40)
            .map(|_| match members.get(first_of_them) {
                Some(twin) if are_alike => alike(random, twin.first, sex, born_on.year(), is_hispanic),
                _ => given_name(random, sex, born_on.year(), is_hispanic),
            })
            .find(|name| !brothers.contains(name))
            .unwrap_or("Juno");
        let middle = random.chance(720).then(|| given_name(random, sex, born_on.year(), is_hispanic));
        let father = &members[1];
        let may_be_junior = sex == Sex::Male && born_at_once == 1 && !brothers.contains(&father.first);
        let is_junior = may_be_junior && !is_hispanic && random.chance(25);
        let (first, suffix) = if is_junior { (father.first, Some("JR")) } else { (first, None) };
        if is_junior {
            members[1].suffix = Some("SR");
        }
        members.push(Person {
            sex,
            first,
            middle,
            surname_at_birth: surname,
            later_surname: None,
            suffix,
            born_on,
            multiple: (born_at_once > 1).then_some((order, born_at_once)),
            died_on: None,
            is_namesake: false,
        });
    }
}

fn parent(random: &mut Random, sex: Sex, born_on: Day, surname: Surname, is_hispanic: bool) -> Person {
    let first = given_name(random, sex, born_on.year(), is_hispanic);
    let middle = random.chance(700).then(|| given_name(random, sex, born_on.year(), is_hispanic));
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

/// What happens to grown-up people: daughters marry, old people die.
fn grow(settings: &Settings, random: &mut Random, person: &mut Person) {
    let age = settings.as_of.days_since(person.born_on) / 365;
    let married_at = random.between(21, 36);
    if person.sex == Sex::Female && person.later_surname.is_none() && age > married_at && random.chance(250) {
        let later = Surname::one(names().surnames.draw(random));
        person.later_surname = Some((person.born_on.plus(married_at * 365 + 100), later));
    }
    if age >= 60 && random.chance(60) {
        person.died_on = Some(settings.as_of.plus(-random.between(10, 1_400)));
    }
}

/// Homes about every eight years, telephones about every ten; a fifth of the families has no telephone.
fn moves(settings: &Settings, random: &mut Random, from: Day) -> (Vec<Home>, Vec<Phone>) {
    let mut homes = Vec::new();
    let mut phones = Vec::new();
    let mut day = from;
    while homes.is_empty() || day < settings.as_of {
        homes.push(Home::draw(random, day));
        day = day.plus(random.between(400, 5_500));
    }
    day = from;
    let has_phone = random.chance(800);
    while has_phone && (phones.is_empty() || day < settings.as_of) {
        phones.push(Phone::draw(random, day));
        day = day.plus(random.between(900, 6_500));
    }
    (homes, phones)
}

fn surname(random: &mut Random, is_hispanic: bool) -> Surname {
    let table = if is_hispanic { &names().hispanic_surnames } else { &names().surnames };
    Surname::one(table.draw(random))
}

#[cfg(test)]
mod tests {
    use super::{Family, SHORTEST_GAP_DAYS};
    use crate::Settings;
    use crate::calendar::Day;
    use std::collections::BTreeSet;

    fn families(count: u32) -> impl Iterator<Item = Family> {
        let settings = Settings::new(1, 42, Day::new(2026, 11, 20).date());
        (0..count).map(move |number| Family::generate(&settings, number))
    }

    #[test]
    fn siblings_are_ten_months_apart_or_born_together() {
        for family in families(3_000) {
            for pair in family.members[2..].windows(2) {
                let gap = pair[1].born_on.days_since(pair[0].born_on);
                let together = gap == 0 && pair.iter().all(|child| child.multiple.is_some());
                assert!(together || gap >= SHORTEST_GAP_DAYS, "family {}: {gap} days", family.number);
            }
        }
    }

    #[test]
    fn parents_are_16_to_48_when_a_child_is_born() {
        for family in families(3_000) {
            for child in &family.members[2..] {
                let mother = child.born_on.months_since(family.mother().born_on) / 12;
                let father = child.born_on.months_since(family.father().born_on) / 12;
                assert!((16..=48).contains(&mother), "family {}: mother {mother}", family.number);
                assert!((16..=48).contains(&father), "family {}: father {father}", family.number);
            }
        }
    }

    #[test]
    fn brothers_and_sisters_have_different_first_names() {
        for family in families(3_000) {
            let children = &family.members[2..];
            let first: BTreeSet<_> = children.iter().map(|child| (child.first, child.suffix)).collect();
            assert_eq!(first.len(), children.len(), "family {}", family.number);
        }
    }

    #[test]
    fn shares_of_ages_twins_and_spanish_names_are_those_of_the_design() {
        let as_of = Day::new(2026, 11, 20);
        let (mut people, mut minors, mut old, mut births, mut twins, mut families_seen, mut hispanic) =
            (0, 0, 0, 0, 0, 0, 0);
        for family in families(20_000) {
            families_seen += 1;
            hispanic += i32::from(family.is_hispanic);
            for (_, person) in family.patients() {
                let age = as_of.months_since(person.born_on) / 12;
                people += 1;
                minors += i32::from(age < 18);
                old += i32::from(age >= 65);
            }
            for child in &family.members[2..] {
                births += i32::from(child.multiple.is_none_or(|(order, _)| order == 1));
                twins += i32::from(child.multiple == Some((1, 2)));
            }
        }
        let percent = |part: i32, whole: i32| f64::from(part) * 100.0 / f64::from(whole);
        #[rustfmt::skip]
        let table = [
            ("under 18",     percent(minors, people),           18.0, 30.0),
            ("65 and older", percent(old, people),              12.0, 22.0),
            ("twin births",  percent(twins, births),             1.3,  1.9),
            ("Spanish",      percent(hispanic, families_seen),  20.0, 25.0),
        ];
        for (what, share, low, high) in table {
            assert!((low..=high).contains(&share), "{what}: {share:.1} %");
        }
    }
}

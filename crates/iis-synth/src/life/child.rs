//! Childhood: visits at the usual ages, early, late or never; influenza in autumn; what parents refuse.

use super::{NoteKind, Story};
use crate::calendar::Day;
use crate::population::SourceKind;
use crate::vaccines::Group;

/// How a family keeps its appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    OnTime,
    Late,
    VeryLate,
    Refuses,
}

/// The usual ages of visits, in days.
const VISITS: [i32; 15] =
    [61, 122, 183, 275, 366, 456, 548, 730, 1_095, 1_470, 4_025, 4_205, 5_850, 6_040, 6_400];

/// The first day on which a childhood was well recorded: a visit before it was seldom written down anywhere.
const RECORDED_FROM: Day = Day(9_131); // 1995-01-01

/// Tells the story up to the nineteenth birthday.
pub(super) fn grow_up(story: &mut Story) {
    if story.person.born_on < RECORDED_FROM {
        return;
    }
    let habit = habit(story);
    set_limits(story, habit);
    birth(story, habit);
    let mut delay = 0;
    for usual in VISITS {
        if story.random.chance(if habit == Habit::OnTime { 40 } else { 130 }) {
            continue;
        }
        delay = match habit {
            Habit::OnTime => story.random.between(0, 12),
            Habit::Late => (delay / 2 + story.random.between(5, 80)).min(200),
            Habit::VeryLate => (delay / 2 + story.random.between(40, 330)).min(500),
            Habit::Refuses => story.random.between(0, 60),
        };
        let on = story.person.born_on.plus(usual + delay).working_day();
        if on > story.until {
            break;
        }
        if habit == Habit::Refuses {
            refuse(story, on, usual);
            continue;
        }
        routine(story, on);
    }
    if habit != Habit::Refuses {
        autumns(story);
        observe(story);
    }
}

fn habit(story: &mut Story) -> Habit {
    // One throw for the whole family.
    let mut of_family =
        crate::random::Random::new(story.settings.seed ^ 0x4ab1, u64::from(story.family.number));
    [Habit::OnTime, Habit::Late, Habit::VeryLate, Habit::Refuses][of_family.weighted(&[64, 23, 10, 3])]
}

/// Groups that this child will never get: partly by chance, partly because the vaccine is not for it.
fn set_limits(story: &mut Story, habit: Habit) {
    let mut skip = |group: Group, permille: u32| {
        if story.random.chance(permille) {
            story.progress.finish(group);
        }
    };
    skip(Group::Rota, 180);
    skip(Group::HepA, 120);
    skip(Group::Hpv, 280);
    skip(Group::MenB, 650);
    skip(Group::MenAcwy, 80);
    if habit == Habit::VeryLate {
        skip(Group::Mmr, 150);
        skip(Group::Var, 200);
    }
}

/// The hospital gives the first hepatitis B dose, and in winter the antibody against RSV.
fn birth(story: &mut Story, habit: Habit) {
    let born_on = story.person.born_on;
    if story.family.arrived_on > born_on {
        return;
    }
    // A second one tries the same hospital: twins are born in one place.
    let mut of_birth = crate::random::Random::new(
        story.settings.seed ^ u64::from(story.family.number),
        born_on.0.unsigned_abs().into(),
    );
    let hospital = story.calder.draw(SourceKind::Hospital, &mut of_birth);
    story.life.born_at = Some(hospital);
    if habit == Habit::Refuses {
        story.note(born_on, hospital, NoteKind::Refusal { group: Group::HepB, religious: false });
        return;
    }
    let mut wanted = if story.random.chance(820) { Group::HepB.bit() } else { 0 };
    let (_, month, _) = born_on.civil();
    if matches!(month, 1..=3 | 10..=12) && story.random.chance(550) {
        wanted |= Group::RsvMab.bit();
    }
    let on = born_on.plus(story.random.between(0, 1));
    story.visit(on, hospital, wanted);
}

fn routine(story: &mut Story, on: Day) {
    let mut wanted = story.progress.due(on, story.person.born_on);
    let (_, month, _) = on.civil();
    let age = story.age_days(on);
    // One visit in twelve leaves something for the next time.
    if story.random.chance(80) && wanted.count_ones() > 1 {
        wanted &= wanted - 1;
    }
    if matches!(month, 10..=12)
        && age > 183
        && story.random.chance(300)
        && story.progress.count(Group::Flu) == 0
    {
        wanted |= Group::Flu.bit();
    }
    if matches!(month, 1..=3 | 10..=12) && age < 200 && story.progress.count(Group::RsvMab) == 0 {
        wanted |= Group::RsvMab.bit();
    }
    let site = match age {
        ..4_000 => story.life.clinic_on(on),
        _ if story.random.chance(180) => story.calder.draw(SourceKind::SchoolHealthCenter, &mut story.random),
        _ if story.random.chance(90) => story.calder.draw(SourceKind::HealthDepartment, &mut story.random),
        _ => story.life.clinic_on(on),
    };
    story.visit(on, site, wanted);
}

/// Influenza every autumn for half of the children, COVID-19 doses in some years.
fn autumns(story: &mut Story) {
    let likes_flu = story.random.chance(520);
    let likes_covid = story.random.chance(330);
    let first = story.person.born_on.plus(200).year();
    let last = story.person.born_on.plus(19 * 365).min(story.until).year();
    for year in first..=last {
        let on = Day::new(year, 9, 20).plus(story.random.between(0, 80)).working_day();
        let age = story.age_days(on);
        let has_visit = story.life.doses.iter().any(|dose| on.days_since(dose.on).abs() < 28);
        if !(190..6_900).contains(&age) || has_visit {
            continue;
        }
        let mut wanted = 0;
        if likes_flu && story.random.chance(800) {
            wanted |= Group::Flu.bit();
        }
        if likes_covid && year >= 2021 && age > 1_830 && story.random.chance(500) {
            wanted |= Group::Covid.bit();
        }
        let site = story.life.clinic_on(on);
        let given = story.visit(on, site, wanted);
        let is_first_flu =
            given > 0 && wanted & Group::Flu.bit() != 0 && story.progress.count(Group::Flu) == 1;
        if is_first_flu && age < 8 * 365 && story.random.chance(600) {
            let second = on.plus(story.random.between(28, 50)).working_day();
            story.visit(second, site, Group::Flu.bit());
        }
    }
}

fn refuse(story: &mut Story, on: Day, usual: i32) {
    let group = match usual {
        ..300 => Group::Dtap,
        300..700 => Group::Mmr,
        700..1_600 => Group::Ipv,
        1_600..5_000 => Group::Tdap,
        _ => Group::MenAcwy,
    };
    if story.random.chance(550) {
        let religious = story.random.chance(300);
        let site = story.life.clinic_on(on);
        story.note(on, site, NoteKind::Refusal { group, religious });
    }
}

/// What else a clinic notes: refusals of single vaccines, chickenpox, allergies, blood tests.
fn observe(story: &mut Story) {
    let at = |story: &mut Story, permille: u32, days: (i32, i32), what: NoteKind| {
        if story.random.chance(permille) {
            let on = story.person.born_on.plus(story.random.between(days.0, days.1)).working_day();
            let site = story.life.clinic_on(on);
            story.note(on, site, what);
        }
    };
    at(story, 30, (4_020, 4_400), NoteKind::Refusal { group: Group::Hpv, religious: false });
    at(story, 25, (250, 1_000), NoteKind::Refusal { group: Group::Flu, religious: false });
    at(story, 4, (900, 4_000), NoteKind::AllergicNeomycin);
    at(story, 3, (5_000, 6_800), NoteKind::ImmuneHepB);
    at(story, 1, (370, 2_000), NoteKind::Anaphylaxis);
    if story.progress.count(Group::Var) == 0 {
        at(story, 250, (1_100, 3_600), NoteKind::HadVaricella);
    }
}

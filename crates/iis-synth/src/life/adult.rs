//! Grown-up life: influenza and COVID-19 at the pharmacy, boosters at the clinic, what comes at 50, 60 and 65.

use super::{NoteKind, Story};
use crate::calendar::Day;
use crate::vaccines::Group;

const YEAR: i32 = 365;

/// Nobody remembers what a grown-up got before.
const REMEMBERED_FROM: i32 = 2008;

/// Tells the story from the nineteenth birthday on.
pub(super) fn live_on(story: &mut Story) {
    if story.age_days(story.until) < 19 * YEAR {
        return;
    }
    let is_careful = story.random.chance(560);
    if is_careful {
        boosters(story);
        shots_of_age(story);
    }
    autumns(story, is_careful);
    if story.random.chance(12) {
        let on = story.until.plus(-story.random.between(30, 2_500));
        let site = story.life.clinic_on(on);
        if story.age_days(on) > 19 * YEAR {
            story.note(on, site, NoteKind::ImmuneHepB);
        }
    }
}

/// Tdap once, then Td about every ten years; hepatitis B for one in eight.
fn boosters(story: &mut Story) {
    let mut on = Day::new(REMEMBERED_FROM, 1, 1).plus(story.random.between(0, 3_600)).working_day();
    while on <= story.until {
        if story.age_days(on) > 19 * YEAR {
            let group = if story.progress.count(Group::Tdap) == 0 { Group::Tdap } else { Group::Td };
            let site = story.life.clinic_on(on);
            story.visit(on, site, group.bit());
        }
        on = on.plus(10 * YEAR + story.random.between(0, 600)).working_day();
    }
    if story.random.chance(120) && story.progress.count(Group::HepB) == 0 {
        let mut on = Day::new(2014, 1, 1).plus(story.random.between(0, 4_000)).working_day();
        for _ in 0..3 {
            let site = story.life.clinic_on(on);
            if story.age_days(on) > 21 * YEAR {
                story.visit(on, site, Group::HepB.bit());
            }
            on = on.plus(story.random.between(31, 130)).working_day();
        }
    }
}

/// Zoster from 50, pneumococcal from 65, RSV from 60.
fn shots_of_age(story: &mut Story) {
    let plan = [
        // group, age in years, first year, doses, days between
        (Group::Zoster, 60, 2006, 1, 0),
        (Group::Zoster, 50, 2018, 2, 100),
        (Group::Ppsv, 65, 2005, 1, 0),
        (Group::Pcv, 65, 2021, 1, 0),
        (Group::Rsv, 60, 2023, 1, 0),
    ];
    for (group, years, from, doses, apart) in plan {
        let earliest = story.person.born_on.plus(years * 366).max(Day::new(from, 7, 1));
        if earliest > story.until || !story.random.chance(560) {
            continue;
        }
        let mut on = earliest.plus(story.random.between(0, 1_100)).working_day();
        let site = story.seasonal_site(on);
        for _ in 0..doses {
            story.visit(on, site, group.bit());
            on = on.plus(apart + story.random.between(0, 60)).working_day();
        }
    }
}

/// Influenza each autumn, the older the more often; COVID-19 in 2021 twice, then with the influenza dose.
fn autumns(story: &mut Story, is_careful: bool) {
    let takes_covid = story.random.chance(if is_careful { 850 } else { 420 });
    if takes_covid {
        let mut on = Day::new(2021, 1, 10).plus(story.random.between(0, 160)).working_day();
        let site = story.seasonal_site(on);
        for _ in 0..2 {
            if story.age_days(on) > 19 * YEAR {
                story.visit(on, site, Group::Covid.bit());
            }
            on = on.plus(story.random.between(21, 35)).working_day();
        }
    }
    let first = (story.person.born_on.year() + 20).max(2012);
    for year in first..=story.until.year() {
        let on = Day::new(year, 9, 10).plus(story.random.between(0, 90)).working_day();
        let is_old = story.age_days(on) > 65 * YEAR;
        let likely = match (is_careful, is_old) {
            (true, true) => 830,
            (true, false) => 560,
            (false, true) => 420,
            (false, false) => 90,
        };
        let mut wanted = if story.random.chance(likely) { Group::Flu.bit() } else { 0 };
        if takes_covid && year >= 2022 && story.random.chance(likely / 2) {
            wanted |= Group::Covid.bit();
        }
        if wanted != 0 {
            let site = story.seasonal_site(on);
            story.visit(on, site, wanted);
        }
    }
}

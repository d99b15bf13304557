//! When the next dose is due: a short form of the usual childhood and adult schedules.
//!
//! Meant for plausible histories with lateness and catch-up. What is really valid or due is decided by `iis-cdsi`
//! alone; this module knows only routine doses and never looks at it.

use super::{Group, Product};
use crate::calendar::Day;

/// One dose of a routine series.
struct Step {
    group: Group,
    /// How many doses came before.
    after: u8,
    /// Usual age in days.
    age_from: i32,
    /// Days since the dose before.
    interval: i32,
    /// First age in days that is too old.
    age_to: i32,
}

const fn step(group: Group, after: u8, age_from: i32, interval: i32, age_to: i32) -> Step {
    Step { group, after, age_from, interval, age_to }
}

const YEARS_5: i32 = 1826;
const YEARS_7: i32 = 2556;
const YEARS_11: i32 = 4018;
const YEARS_16: i32 = 5844;
const YEARS_18: i32 = 6575;
const YEARS_19: i32 = 6940;
const NO_END: i32 = i32::MAX;

#[rustfmt::skip]
const STEPS: &[Step] = &[
    //   group          after  usual age     interval  too old
    step(Group::HepB,    0,    0,              0,      YEARS_19),
    step(Group::HepB,    1,    28,            28,      YEARS_19),
    step(Group::HepB,    2,    168,           56,      YEARS_19),
    step(Group::Dtap,    0,    42,             0,      YEARS_7),
    step(Group::Dtap,    1,    70,            28,      YEARS_7),
    step(Group::Dtap,    2,    98,            28,      YEARS_7),
    step(Group::Dtap,    3,    450,          183,      YEARS_7),
    step(Group::Dtap,    4,    1461,         183,      YEARS_7),
    step(Group::Hib,     0,    42,             0,      YEARS_5),
    step(Group::Hib,     1,    70,            28,      YEARS_5),
    step(Group::Hib,     2,    98,            28,      YEARS_5),
    step(Group::Hib,     3,    366,           56,      YEARS_5),
    step(Group::Ipv,     0,    42,             0,      YEARS_18),
    step(Group::Ipv,     1,    70,            28,      YEARS_18),
    step(Group::Ipv,     2,    168,           28,      YEARS_18),
    step(Group::Ipv,     3,    1461,         183,      YEARS_18),
    step(Group::Pcv,     0,    42,             0,      YEARS_5),
    step(Group::Pcv,     1,    70,            28,      YEARS_5),
    step(Group::Pcv,     2,    98,            28,      YEARS_5),
    step(Group::Pcv,     3,    366,           56,      YEARS_5),
    step(Group::Rota,    0,    42,             0,      104),
    step(Group::Rota,    1,    70,            28,      240),
    step(Group::Rota,    2,    98,            28,      240),
    step(Group::Mmr,     0,    366,            0,      YEARS_19),
    step(Group::Mmr,     1,    1461,          28,      YEARS_19),
    step(Group::Var,     0,    366,            0,      YEARS_19),
    step(Group::Var,     1,    1461,          84,      YEARS_19),
    step(Group::HepA,    0,    366,            0,      YEARS_18),
    step(Group::HepA,    1,    548,          183,      YEARS_18),
    step(Group::Tdap,    0,    YEARS_11,       0,      NO_END),
    step(Group::Hpv,     0,    YEARS_11,       0,      9_490),
    step(Group::Hpv,     1,    YEARS_11 + 150, 150,    9_490),
    step(Group::MenAcwy, 0,    YEARS_11,       0,      YEARS_19),
    step(Group::MenAcwy, 1,    YEARS_16,      56,      YEARS_19 + 730),
    step(Group::MenB,    0,    YEARS_16,       0,      YEARS_19),
    step(Group::MenB,    1,    YEARS_16 + 183, 183,    YEARS_19 + 365),
    step(Group::Zoster,  0,    18_263,         0,      NO_END),
    step(Group::Zoster,  1,    18_263,        61,      NO_END),
];

/// How far a person is in each group.
#[derive(Debug, Clone)]
pub struct Progress {
    counts: [u8; Group::ALL.len()],
    last: [Day; Group::ALL.len()],
    last_live: Day,
    done: u32,
}

const LONG_AGO: Day = Day(-200_000);

impl Default for Progress {
    fn default() -> Self {
        Self {
            counts: [0; Group::ALL.len()],
            last: [LONG_AGO; Group::ALL.len()],
            last_live: LONG_AGO,
            done: 0,
        }
    }
}

impl Progress {
    /// Takes note of a dose.
    pub fn record(&mut self, product: &Product, on: Day, born_on: Day) {
        let age = on.days_since(born_on);
        for group in product.each_group() {
            let index = group as usize;
            self.counts[index] = self.counts[index].saturating_add(1);
            self.last[index] = on;
            // A late starter needs only one dose of these.
            if matches!(group, Group::Hib | Group::Pcv) && age >= 456 {
                self.done |= group.bit();
            }
        }
        if product.is_live() {
            self.last_live = on;
        }
    }

    /// Takes out a group: the person is immune, or the family does not want it.
    pub fn finish(&mut self, group: Group) {
        self.done |= group.bit();
    }

    /// How many doses of a group were given.
    pub fn count(&self, group: Group) -> u8 {
        self.counts[group as usize]
    }

    /// The groups of which a routine dose is due, as bits.
    pub fn due(&self, on: Day, born_on: Day) -> u32 {
        let age = on.days_since(born_on);
        STEPS
            .iter()
            .filter(|step| {
                let index = step.group as usize;
                self.counts[index] == step.after
                    && step.age_from <= age
                    && age < step.age_to
                    && on.days_since(self.last[index]) >= step.interval
            })
            .fold(0, |set, step| set | step.group.bit())
            & !self.done
    }

    /// The groups of which a further dose does no harm as part of a combination, as bits.
    pub fn acceptable(&self, on: Day, born_on: Day) -> u32 {
        let age = on.days_since(born_on);
        let may = |group: Group, most: u8| {
            let index = group as usize;
            self.done & group.bit() == 0 && self.counts[index] < most && on.days_since(self.last[index]) >= 28
        };
        let mut set = 0;
        if (42..1_000).contains(&age) {
            for group in [Group::HepB, Group::Ipv, Group::Hib] {
                if may(group, 4) {
                    set |= group.bit();
                }
            }
        }
        set
    }

    /// Whether a live vaccine given now would come too soon after another one.
    pub fn is_live_too_soon(&self, on: Day) -> bool {
        self.last_live != on && on.days_since(self.last_live) < 28
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use crate::calendar::Day;
    use crate::vaccines::{Group, products};

    fn words(set: u32) -> Vec<&'static str> {
        Group::ALL.into_iter().filter(|group| set & group.bit() != 0).map(Group::word).collect()
    }

    #[test]
    fn the_visits_of_a_child_want_what_the_schedule_wants() {
        let born = Day::new(2022, 3, 15);
        let nobody = Progress::default();
        #[rustfmt::skip]
        let table: [(i32, &[&str]); 4] = [
            // age in days, due without any dose before
            (0,    &["HEPB"]),
            (61,   &["HEPB", "DTAP", "HIB", "IPV", "PCV", "ROTA"]),
            (104,  &["HEPB", "DTAP", "HIB", "IPV", "PCV"]), // too old to start rotavirus
            (366,  &["HEPB", "DTAP", "HIB", "IPV", "PCV", "MMR", "VAR", "HEPA"]),
        ];
        for (age, due) in table {
            assert_eq!(words(nobody.due(born.plus(age), born)), due, "{age}");
        }
    }

    #[test]
    fn two_live_vaccines_are_given_together_or_four_weeks_apart() {
        let born = Day::new(2022, 3, 15);
        let varivax = products().iter().find(|product| product.cvx == 21).expect("in the table");
        let mut progress = Progress::default();
        progress.record(varivax, Day(19_500), born);
        for (days, too_soon) in [(0, false), (1, true), (27, true), (28, false)] {
            assert_eq!(progress.is_live_too_soon(Day(19_500 + days)), too_soon, "{days}");
        }
    }
}

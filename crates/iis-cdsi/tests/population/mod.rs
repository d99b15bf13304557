//! A synthetic population: plausible immunization histories of all ages, seeded.
//!
//! Invented people for benchmarks and properties. Doses follow a schedule by age with
//! lateness, gaps, refusals, doses given too early, the same dose reported twice, and a few
//! persons with observations. The same seed gives the same people.

use iis_cdsi::codes::{Cvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::gather::{BirthCountry, BirthDate, DoseGiven, History, ObservationMade};

/// A small generator of numbers (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Numbers(u64);

impl Numbers {
    /// From a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to `limit` - 1.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(((self.next() >> 32) * u64::from(limit)) >> 32).unwrap_or_default()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(u32::try_from(from.len()).unwrap_or(1))).unwrap_or_default()]
    }
}

/// Age in days when usual, percent who get it, and the vaccines one of which is given.
const SCHEDULE: &[(i32, u32, &[&[u16]])] = &[
    (1, 80, &[&[8]]),
    (61, 94, &[&[110, 146, 20], &[48, 49, 17], &[133, 215, 216], &[116, 119], &[10, 110]]),
    (122, 92, &[&[110, 146, 20], &[48, 49, 17], &[133, 215, 216], &[116, 119], &[10, 110]]),
    (184, 88, &[&[110, 146, 20], &[48, 49], &[133, 215], &[116], &[8]]),
    (370, 92, &[&[3, 94], &[21], &[83], &[133, 215], &[48, 49]]),
    (460, 85, &[&[20, 50]]),
    (560, 75, &[&[83]]),
    (1500, 88, &[&[130, 20], &[94, 3], &[21], &[10]]),
    (4040, 85, &[&[115], &[114, 136, 203], &[165, 62]]),
    (4240, 65, &[&[165]]),
    (5900, 60, &[&[114, 136], &[162, 163]]),
    (6100, 35, &[&[162, 163]]),
    (7800, 40, &[&[115, 113, 9]]),
    (11_400, 40, &[&[113, 115]]),
    (18_300, 45, &[&[187], &[216, 133]]),
    (18_400, 40, &[&[187]]),
    (24_000, 60, &[&[33, 216], &[305, 303]]),
];

/// One invented person, as of `today`.
pub(crate) fn person(numbers: &mut Numbers, today: Day) -> History {
    // A third are children, as in a registry that began with them.
    let age = match numbers.below(3) {
        0 => numbers.below(6 * 365),
        1 => numbers.below(19 * 365),
        _ => numbers.below(88 * 365),
    };
    let age = i32::try_from(age).unwrap_or_default();
    let birth = today.plus_days(-age);
    let mut doses = Vec::new();
    if numbers.percent(95) {
        add_scheduled(numbers, birth, today, &mut doses);
        add_yearly(numbers, birth, today, &mut doses);
    }
    if numbers.percent(5)
        && let Some(dose) = doses.first().copied()
    {
        doses.push(dose); // reported twice
    }
    let mut observations = Vec::new();
    if numbers.percent(6) {
        let code = numbers.pick(&["007", "154", "155", "145", "048", "080", "186", "055", "019", "147"]);
        let on = numbers
            .percent(30)
            .then(|| today.plus_days(-i32::try_from(numbers.below(400)).unwrap_or_default()));
        observations.extend(ObservationCode::parse(code).map(|code| ObservationMade { code, on }));
    }
    History {
        birth: BirthDate::On(birth),
        sex: numbers.pick(&[Sex::Female, Sex::Male, Sex::Female, Sex::Male, Sex::Unknown]),
        birth_country: BirthCountry::NotRecorded,
        doses,
        observations,
    }
}

fn dose(on: Day, cvx: u16) -> DoseGiven {
    DoseGiven::new(on, Cvx::new(cvx).expect("the table holds CVX codes"))
}

fn add_scheduled(numbers: &mut Numbers, birth: Day, today: Day, doses: &mut Vec<DoseGiven>) {
    for &(usual_age, percent, visit) in SCHEDULE {
        if !numbers.percent(percent) {
            continue;
        }
        let lateness = match numbers.below(20) {
            0 => u32::MAX, // early
            1..=11 => numbers.below(10),
            12..=17 => numbers.below(60),
            _ => numbers.below(500),
        };
        let lateness = i32::try_from(lateness).unwrap_or(-6);
        let on = birth.plus_days((usual_age + lateness).max(0));
        if on > today {
            break;
        }
        for vaccines in visit {
            if numbers.percent(96) {
                doses.push(dose(on, numbers.pick(vaccines)));
            }
        }
    }
}

/// Influenza every year for half the people, COVID-19 for some.
fn add_yearly(numbers: &mut Numbers, birth: Day, today: Day, doses: &mut Vec<DoseGiven>) {
    let goes_yearly = numbers.percent(50);
    for years_ago in 0..12 {
        let on = today.plus_days(-365 * years_ago - i32::try_from(numbers.below(120)).unwrap_or_default());
        if on < birth.plus_days(190) {
            break;
        }
        if goes_yearly && numbers.percent(70) {
            doses.push(dose(on, numbers.pick(&[140, 150, 158, 161, 149, 141])));
        }
        if years_ago < 5 && numbers.percent(35) {
            doses.push(dose(on, numbers.pick(&[208, 207, 300, 309, 312])));
        }
    }
}

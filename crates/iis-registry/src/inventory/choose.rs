//! Out of which lot a dose came, or why out of none. Plain arithmetic over what is on hand.
//!
//! The lot number decides, in either case and without its signs; then the vaccine, whether the lot may be given, its last
//! day, the funding, and what is left. Of several lots the one that expires first. Source: requirements I-3 and I-5.

use iis_codes::{CodeSets, Relation, Set};
use iis_model::stock::{Funding, LotStanding, Missed, OnHand, fold_lot};
use iis_model::{Cvx, Date, ReportedEvent};

/// What of a dose decides about its lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The lot number, as reported.
    pub lot: &'a str,
    /// The vaccine.
    pub cvx: Option<Cvx>,
    /// The day; none: not known to the day.
    pub on: Option<Date>,
    /// The eligibility (HL70064); empty: not reported.
    pub eligibility: &'a str,
    /// The funding source (CDCPHINVS); empty: not reported.
    pub funding: &'a str,
}

impl<'a> Wanted<'a> {
    /// Of a report.
    pub fn of(event: &'a ReportedEvent) -> Self {
        let code =
            |given: &'a iis_model::Given<iis_model::Coded>| given.get().map_or("", |coded| &*coded.code);
        Self {
            lot: event.lot.number.get().map_or("", |lot| lot),
            cvx: event.cvx.value,
            on: event.given_date(),
            eligibility: code(&event.eligibility),
            funding: code(&event.funding_source),
        }
    }
}

/// The lot a dose came out of, among those on hand that have its number. Each rule keeps some of them; the rule that keeps
/// none gives the reason.
pub fn choose<'a>(wanted: &Wanted<'_>, lots: &'a [OnHand], sets: &CodeSets) -> Result<&'a OnHand, Missed> {
    let key = fold_lot(wanted.lot);
    if key.is_empty() {
        return Err(Missed::NoLot);
    }
    let mut left: Vec<&OnHand> = lots.iter().filter(|lot| fold_lot(&lot.lot.lot) == key).collect();
    let mut keep = |reason: Missed, holds: &dyn Fn(&OnHand) -> bool| {
        left.retain(|lot| holds(lot));
        if left.is_empty() { Err(reason) } else { Ok(()) }
    };
    keep(Missed::UnknownLot, &|_| true)?;
    keep(Missed::OtherVaccine, &|lot| wanted.cvx.is_some_and(|cvx| is_family(sets, cvx, lot.lot.cvx)))?;
    keep(Missed::NotActive, &|lot| lot.lot.standing == LotStanding::Active)?;
    keep(Missed::Expired, &|lot| wanted.on.is_none_or(|on| on <= lot.lot.expires_on))?;
    keep(Missed::Funding, &|lot| goes_with(sets, wanted, lot.lot.funding))?;
    keep(Missed::NoStock, &|lot| lot.doses > 0)?;
    // The vaccine itself before its family; then the first to expire.
    let first =
        left.into_iter().min_by_key(|lot| (Some(lot.lot.cvx) != wanted.cvx, lot.lot.expires_on, lot.lot.id));
    first.ok_or(Missed::NoStock)
}

/// The same vaccine, or one with which it shares a group.
fn is_family(sets: &CodeSets, one: Cvx, other: Cvx) -> bool {
    let groups = |cvx: Cvx| {
        let code = sets.vaccine(cvx);
        code.into_iter().flat_map(|code| sets.linked(code, Relation::CvxGroup)).map(|group| &*group.code)
    };
    one == other || groups(one).any(|group| groups(other).any(|of_other| of_other == group))
}

/// Whether a lot's funding agrees with the funding and the eligibility that were reported. What was not reported, and an
/// eligibility of a list of the state's own, says nothing against it.
pub fn goes_with(sets: &CodeSets, wanted: &Wanted<'_>, funding: Funding) -> bool {
    let code = funding.reported_as();
    let is_said = match wanted.funding {
        "" => true,
        "VXC50" => funding != Funding::Private,
        said => said == code || (said == "VXC2" && funding == Funding::State),
    };
    let paid_for = match wanted.eligibility {
        "" => true,
        // Children of the program get its vaccine, or the state's; others never do.
        "V02" | "V03" | "V04" | "V05" => funding != Funding::Private,
        // Section 317 is public money for those whom nothing else pays for; Medicare and states' programs buy elsewhere.
        "V23" => !matches!(funding, Funding::PublicVfc | Funding::Private),
        "V01" | "V08" | "V24" | "V25" => funding != Funding::PublicVfc,
        other => match sets.find(Set::Eligibility, other) {
            Some(eligibility) => {
                let mut known = sets.linked(eligibility, Relation::EligibilityFunding).peekable();
                known.peek().is_none() || known.any(|known| &*known.code == code)
            }
            None => true,
        },
    };
    is_said && paid_for
}

/// The lots from which a dose of a vaccine may be given on a day, the first to expire first.
pub fn givable(lots: &[OnHand], cvx_of: impl Fn(Cvx) -> bool, on: Date) -> Vec<&OnHand> {
    let may = |lot: &&OnHand| {
        lot.lot.standing == LotStanding::Active
            && lot.doses > 0
            && on <= lot.lot.expires_on
            && cvx_of(lot.lot.cvx)
    };
    let mut lots: Vec<&OnHand> = lots.iter().filter(may).collect();
    lots.sort_by_key(|lot| (lot.lot.expires_on, lot.lot.id));
    lots
}

#[cfg(test)]
mod tests {
    use super::{Wanted, choose, givable};
    use iis_codes::CodeSets;
    use iis_model::stock::{Funding, LotStanding, Missed, OnHand};
    use iis_model::testing::on_hand;
    use iis_model::{Cvx, Date};
    use jiff::civil::date;
    use std::sync::LazyLock;

    static SETS: LazyLock<CodeSets> = LazyLock::new(|| CodeSets::built_in().expect("tables"));
    const TODAY: Date = date(2026, 3, 2);

    fn lot(id: i64, number: &str, cvx: u16, funding: Funding, expires_on: Date, doses: i64) -> OnHand {
        on_hand(id, number, cvx, doses).of(funding, expires_on)
    }

    fn wanted<'a>(lot: &'a str, eligibility: &'a str, funding: &'a str) -> Wanted<'a> {
        Wanted { lot, cvx: Some(Cvx::new(3)), on: Some(TODAY), eligibility, funding }
    }

    #[test]
    fn the_lot_number_decides_and_the_first_rule_that_leaves_none_is_the_reason() {
        let day = |day| date(2026, 3, day);
        let mut recalled = lot(9, "R1", 3, Funding::Private, day(31), 5);
        recalled.lot.standing = LotStanding::Recalled;
        let lots = [
            lot(1, "A-1", 3, Funding::Private, day(31), 5),
            lot(2, "A-1", 3, Funding::PublicVfc, day(20), 5),
            lot(3, "A-1", 3, Funding::PublicVfc, day(10), 5),
            lot(4, "B1", 3, Funding::Private, day(1), 5),
            lot(5, "C1", 3, Funding::Private, day(2), 0),
            lot(6, "D1", 94, Funding::Private, day(31), 5), // MMRV: a family with MMR
            lot(7, "E1", 83, Funding::Private, day(31), 5), // hepatitis A
            recalled,
        ];
        #[rustfmt::skip]
        let table = [
            // lot    eligibility funding  lot, or why none
            ("a1",    "V01",      "PHC70", Ok(1)),
            ("A-1",   "V02",      "VXC51", Ok(3)),                        // the first to expire
            ("A-1",   "",         "",      Ok(3)),
            ("A-1",   "V02",      "PHC70", Err(Missed::Funding)),
            ("A-1",   "V01",      "VXC51", Err(Missed::Funding)),
            ("B1",    "V01",      "",      Err(Missed::Expired)),
            ("C1",    "V01",      "",      Err(Missed::NoStock)),
            ("D1",    "V01",      "",      Ok(6)),
            ("E1",    "V01",      "",      Err(Missed::OtherVaccine)),
            ("R1",    "V01",      "",      Err(Missed::NotActive)),
            ("Z9",    "V01",      "",      Err(Missed::UnknownLot)),
            (" - ",   "V01",      "",      Err(Missed::NoLot)),
        ];
        for (number, eligibility, funding, expected) in table {
            let chosen = choose(&wanted(number, eligibility, funding), &lots, &SETS).map(|lot| lot.lot.id.0);
            assert_eq!(chosen, expected, "{number} {eligibility} {funding}");
        }
    }

    /// Whatever is on hand and whatever is reported: what is chosen may be given, and nothing else is.
    #[test]
    fn what_is_chosen_is_left_and_may_be_given_and_expires_first() {
        let mut random = 1_u64;
        let mut draw = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        for _ in 0..5_000 {
            let funding = |n: u64| Funding::ALL[usize::try_from(n).expect("few")];
            let lots: Vec<OnHand> = (0..6)
                .map(|id| {
                    let day = i8::try_from(1 + draw(5)).expect("a day");
                    let doses = i64::try_from(draw(3)).expect("few");
                    let mut lot = lot(id, "L1", 3, funding(draw(5)), date(2026, 3, day), doses);
                    if draw(4) == 0 {
                        lot.lot.standing = LotStanding::Quarantined;
                    }
                    lot
                })
                .collect();
            let eligibility = ["", "V01", "V02", "V23"][usize::try_from(draw(4)).expect("few")];
            let wanted = wanted("l1", eligibility, "");
            let may = |lot: &&OnHand| {
                lot.doses > 0
                    && lot.lot.standing == LotStanding::Active
                    && TODAY <= lot.lot.expires_on
                    && super::goes_with(&SETS, &wanted, lot.lot.funding)
            };
            let first = lots.iter().filter(may).min_by_key(|lot| (lot.lot.expires_on, lot.lot.id));
            assert_eq!(choose(&wanted, &lots, &SETS).ok(), first);
        }
    }

    #[test]
    fn vaccine_for_children_is_for_those_of_the_program_alone() {
        use Funding::{Private, Public317, PublicVfc, State};
        let funds = [PublicVfc, Public317, State, Private];
        #[rustfmt::skip]
        let table = [
            // eligibility  VFC    317    state  private
            ("V02",         [true,  true,  true,  false]),
            ("V05",         [true,  true,  true,  false]),
            ("V01",         [false, true,  true,  true]),
            ("V08",         [false, true,  true,  true]),
            ("V23",         [false, true,  true,  false]),
            ("V24",         [false, true,  true,  true]),
            ("V25",         [false, true,  true,  true]),
            ("",            [true,  true,  true,  true]),
        ];
        for (eligibility, goes) in table {
            let wanted = wanted("A-1", eligibility, "");
            assert_eq!(funds.map(|funding| super::goes_with(&SETS, &wanted, funding)), goes, "{eligibility}");
        }
    }

    #[test]
    fn lots_to_give_are_offered_by_their_last_day() {
        let lots = [
            lot(1, "A", 3, Funding::Private, date(2026, 9, 1), 5),
            lot(2, "B", 3, Funding::Private, date(2026, 4, 1), 5),
            lot(3, "C", 3, Funding::Private, date(2026, 3, 1), 5),
            lot(4, "D", 3, Funding::Private, date(2026, 3, 2), 0),
            lot(5, "E", 83, Funding::Private, date(2026, 3, 2), 1),
        ];
        let offered = givable(&lots, |cvx| cvx == Cvx::new(3), TODAY);
        assert_eq!(offered.iter().map(|lot| lot.lot.id.0).collect::<Vec<_>>(), [2, 1]);
    }
}

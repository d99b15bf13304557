//! What speaks against the doses of a visit, before they are saved: questions that whoever gives them answers.
//!
//! Source: requirements V-3; screens section 3.6.

use super::super::from_stock::Stock;
use super::super::same_dose::beside;
use super::give::Desk;
use super::given::{Visit, usual_amount};
use super::rows::Row;
use crate::pages::codes;
use crate::pages::format;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use crate::pages::patients::notes::{Reacted, reactions};
use crate::pages::patients::recommendation::needs::row_id;
use crate::pages::patients::recommendation::words;
use iis_matching::vaccination::Together;
use iis_model::recommendation::{Caveat, ForecastStatus, PlannedDose, PlannedEvaluation, Validity};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Cvx, Date, ReportedEvent};
use iis_registry::recommend::{Against, Schedules, what_if};

/// Two doses of one visit that hold the same vaccine, as a combination and its part do.
fn twice(named: &[(String, Cvx)]) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (at, (name, a)) in named.iter().enumerate() {
        for (other, b) in named.iter().skip(at + 1) {
            let (a, b) = (*a, *b);
            let groups = codes::schedule_groups_of(b);
            let Some(group) = codes::schedule_groups_of(a).into_iter().find(|group| groups.contains(group))
            else {
                continue;
            };
            let group = codes::schedule_group(group);
            let text =
                format!("{name} and {other}: both hold {group}. Untick one, unless both were injected.");
            doubts.push((format!("TWICE-{a}-{b}"), text));
        }
    }
    doubts
}

/// What begins the codes of doses that are no longer due.
pub(super) const GONE: &str = "GONE-";

/// What speaks against a dose and has to be read first: another one holds the same vaccine, it is no longer due, is for
/// another age, is on record already, is of an amount that nobody gives, is contraindicated, is for other
/// weeks of a pregnancy, was followed by a reaction before, is against what the patient is immune to, is not from the stock
/// though its lot is on the shelf, would not count, or is asked for by nothing. Each with the code under which it counts as read.
pub(super) fn doubts(visit: &Visit, rows: &[Row], desk: &Desk) -> Vec<(String, String)> {
    let dose = |dose: &ReportedEvent| Some((vaccine_name(dose), dose.cvx.value?));
    let named: Vec<_> = visit.iter().filter_map(|(_, one)| dose(one)).collect();
    let mut doubts = twice(&named);
    let stock = Stock { lots: &desk.lots, sets: &desk.sets };
    for (row, dose) in visit {
        let row = rows.iter().find(|one| one.id == *row);
        let of_dose = [
            row.and_then(|row| no_longer_due(row, dose)),
            row.and_then(|row| for_another_age(row, dose, desk)),
            row.and_then(|row| {
                let (cvx, on) = (dose.cvx.value?, dose.given_date()?);
                for_another_dose(row, (&vaccine_name(dose), cvx, on), desk)
            }),
            on_record(dose, desk),
            unusual_amount(dose, &desk.schedules, &desk.setting.record),
            contraindicated(dose, desk),
            outside_weeks(dose, desk),
            dose.cvx.value.and_then(|cvx| reacted(&vaccine_name(dose), cvx, desk)),
            dose.cvx.value.and_then(|cvx| immune(&vaccine_name(dose), cvx, desk)),
            stock.doubt(dose),
        ];
        doubts.extend(of_dose.into_iter().flatten());
    }
    let planned = |dose: &ReportedEvent| {
        let (on, cvx) = (dose.given_date()?, dose.cvx.value?);
        Some((vaccine_name(dose), PlannedDose { on, cvx }))
    };
    let planned: Vec<_> = visit.iter().filter_map(|(_, dose)| planned(dose)).collect();
    doubts.extend(uncounted(&planned, desk));
    doubts
}

/// A code and what is said under it.
pub(in super::super) type Doubt = (String, String);

fn no_longer_due(row: &Row, dose: &ReportedEvent) -> Option<Doubt> {
    let lot = dose.lot.number.get().map(|lot| format!(", lot {lot}")).unwrap_or_default();
    let text = format!(
        "{}{lot}: it was due when you ticked it, and is no longer: something was recorded meanwhile. Untick it if the dose \
         is on record already.",
        row.label
    );
    row.is_gone.then(|| (format!("{GONE}{}", row.id), text))
}

fn for_another_age(row: &Row, dose: &ReportedEvent, desk: &Desk) -> Option<Doubt> {
    let (cvx, on) = (dose.cvx.value?, dose.given_date()?);
    let text = format!(
        "{}: the schedule does not recommend this product at the patient’s age. Check the package.",
        vaccine_name(dose)
    );
    let is_asked = !desk.is_for_age(cvx, on) && !stands_in_for_pertussis(cvx, on, desk);
    row.lot.filter(|_| is_asked).map(|_| (format!("AGE-{cvx}"), text))
}

/// Whether a vaccine is given in the place of those with pertussis, which are contraindicated: at any age, whatever the schedule
/// counts (decision 0067).
fn stands_in_for_pertussis(cvx: Cvx, on: Date, desk: &Desk) -> bool {
    let groups = codes::schedule_groups_of(cvx);
    let mut forecasts = desk.said.recommendation.forecasts.iter();
    forecasts.any(|one| one.caveat == Some(Caveat::TdMayBeGiven) && groups.contains(&&*one.group.name))
        && Against::of(&desk.schedules, &desk.setting.record, on).forbidding(cvx).is_empty()
}

/// Other vaccines than this one fit the dose: the list of its row marks the lot "not for this dose". In a row for any vaccine it is
/// held against what is wanted of its groups. Where its age or what is on record speaks against it, that is asked.
fn for_another_dose(row: &Row, (name, cvx, on): (&str, Cvx, Date), desk: &Desk) -> Option<Doubt> {
    let named = desk.named(on);
    let of_row = |group: &&str| {
        let (id, fitting) = (row_id(group), named.get(&row_id(group))?);
        let is_meant = if row.is_any { fitting.is_wanted } else { id == row.id };
        is_meant.then(|| (codes::schedule_group(group), fitting))
    };
    let of_row: Vec<_> = codes::schedule_groups_of(cvx).iter().filter_map(of_row).collect();
    let is_named = of_row.iter().any(|(_, fitting)| fitting.vaccines.contains(&cvx));
    let is_asked_otherwise = || !desk.is_for_age(cvx, on) || held_back(name, cvx, on, desk).is_some();
    let (group, fitting) = of_row.first().filter(|_| !is_named && !is_asked_otherwise())?;
    let names: Vec<String> = fitting.vaccines.iter().take(3).map(|cvx| codes::short_name(*cvx)).collect();
    let text = format!(
        "{name}: not among the vaccines for this dose of {group} ({}). Check the package.",
        names.join(", ")
    );
    Some((format!("DOSE-{cvx}-{on}"), text))
}

/// A dose of the group on the same day, or one with which consolidation would take it for one dose.
fn on_record(dose: &ReportedEvent, desk: &Desk) -> Option<Doubt> {
    let (cvx, on, name) = (dose.cvx.value?, dose.given_date()?, vaccine_name(dose));
    if let Some(doubt) = of_that_day(&name, cvx, on, desk) {
        return Some(doubt);
    }
    let own = desk.setting.site.organization_id;
    let is_one = |event: &&ConsolidatedEvent| matches!(beside(dose, own, event), Together::One(_));
    let mut doses = desk.setting.record.events.iter().filter(|event| is_dose(event));
    let known = doses.find(is_one)?.best.given_on.value?;
    let day = format::partial_date(&known);
    let text = format!(
        "{name}: a dose of it is on record for {day}, and the registry will count both as one dose. Check whether it is the same \
         one, or the date."
    );
    Some((format!("TODAY-{cvx}-{known}"), text))
}

/// A dose of the group on the same day.
fn of_that_day(name: &str, cvx: Cvx, on: Date, desk: &Desk) -> Option<Doubt> {
    let groups = codes::schedule_groups_of(cvx);
    let of_group = |known: &Cvx| codes::schedule_groups_of(*known).iter().any(|group| groups.contains(group));
    let mut doses = desk.setting.record.events.iter().filter(|event| is_dose(event));
    let is_there =
        doses.any(|event| event.best.given_date() == Some(on) && event.best.cvx.get().is_some_and(of_group));
    let text = format!("{name}: a dose of this group is on record for this day already.");
    is_there.then(|| (format!("TODAY-{cvx}-{on}"), text))
}

/// An amount far from the usual one: more than four times as much, or less than a quarter. A correction asks it too.
pub(in super::super) fn unusual_amount(
    dose: &ReportedEvent,
    schedules: &Schedules,
    record: &PersonRecord,
) -> Option<Doubt> {
    let (cvx, on) = (dose.cvx.value?, dose.given_date()?);
    let amount = dose.amount.get().filter(|amount| amount.unit.eq_ignore_ascii_case("mL"))?;
    let given = &amount.number;
    let usual = usual_amount(schedules, record, (cvx, on))?;
    let (is, should): (f32, f32) = (given.parse().ok()?, usual.parse().ok()?);
    let text =
        format!("{}: {given} mL is far from the usual {usual} mL. Check the amount.", vaccine_name(dose));
    (is > 4.0 * should || 4.0 * is < should).then(|| (format!("AMOUNT-{cvx}-{given}"), text))
}

/// The contraindications themselves are asked, and the caution about live vaccines behind them, since the forecast of a group that is complete says nothing of them.
fn contraindicated(dose: &ReportedEvent, desk: &Desk) -> Option<Doubt> {
    held_back(&vaccine_name(dose), dose.cvx.value?, dose.given_date()?, desk)
}

/// What speaks against a vaccine in a row on a day, beside the lots of the other rows: what is known already when its package is in the
/// hand.
pub(super) fn of_package(row: &Row, (cvx, on): (Cvx, Date), beside: &[Cvx], desk: &Desk) -> Vec<String> {
    let name = &codes::short_name(cvx);
    let age = || format!("{name}: the schedule does not recommend this product at the patient’s age.");
    let age = (!desk.is_for_age(cvx, on) && !stands_in_for_pertussis(cvx, on, desk)).then(age);
    let held_back = held_back(name, cvx, on, desk).map(|(_, text)| text);
    let weeks = Against::of(&desk.schedules, &desk.setting.record, on).outside_its_weeks(cvx);
    let weeks = weeks.map(|said| format!("{name}: {said}."));
    let known = [
        for_another_dose(row, (name, cvx, on), desk),
        of_that_day(name, cvx, on, desk),
        reacted(name, cvx, desk),
        immune(name, cvx, desk),
    ];
    let other = |other: &Cvx| twice(&[(name.clone(), cvx), (codes::short_name(*other), *other)]);
    let counts = uncounted(&[(name.clone(), PlannedDose { on, cvx })], desk);
    let known = known.into_iter().flatten().chain(beside.iter().flat_map(other)).chain(counts);
    let known = known.map(|(_, text)| text);
    age.into_iter().chain(held_back).chain(weeks).chain(known).collect()
}

fn held_back(name: &str, cvx: Cvx, on: Date, desk: &Desk) -> Option<Doubt> {
    let against = Against::of(&desk.schedules, &desk.setting.record, on);
    let because = against.forbidding(cvx);
    let groups = codes::schedule_groups_of(cvx);
    let mut forecasts = desk.said.recommendation.forecasts.iter();
    let is_out = forecasts.any(|forecast| {
        forecast.status == ForecastStatus::Contraindicated
            && forecast.caveat != Some(Caveat::TdMayBeGiven)
            && groups.contains(&&*forecast.group.name)
    });
    if because.is_empty() && is_out {
        return Some((format!("OUT-{cvx}"), format!("{name}: contraindicated by what is on record.")));
    }
    if because.is_empty() {
        let known = against.immunocompromise(cvx);
        let text = format!(
            "{name}: on record: {}; live vaccines are not given unless a clinician finds that the immune system is not severely \
             weakened.",
            known.join("; ")
        );
        return (!known.is_empty()).then(|| (format!("LIVE-{cvx}"), text));
    }
    let text = format!("{name}: contraindicated by what is on record ({}).", because.join("; "));
    Some((format!("OUT-{cvx}"), text))
}

/// It is given in some weeks of a pregnancy, and the pregnancy on record is in another, or in one that nobody recorded.
fn outside_weeks(dose: &ReportedEvent, desk: &Desk) -> Option<Doubt> {
    let (cvx, on) = (dose.cvx.value?, dose.given_date()?);
    let said = Against::of(&desk.schedules, &desk.setting.record, on).outside_its_weeks(cvx)?;
    Some((format!("WEEKS-{cvx}-{on}"), format!("{}: {said}.", vaccine_name(dose))))
}

/// A reaction is on record after a vaccine of the same group.
fn reacted(name: &str, cvx: Cvx, desk: &Desk) -> Option<Doubt> {
    let groups = codes::schedule_groups_of(cvx);
    let is_same = |known: &Reacted| {
        known.cvx.is_some_and(|cvx| codes::schedule_groups_of(cvx).iter().any(|group| groups.contains(group)))
    };
    let known: Vec<String> = reactions(&desk.setting.record.events)
        .iter()
        .filter(|known| is_same(known))
        .map(Reacted::in_short)
        .collect();
    let text = format!("{name}: a reaction is on record ({}).", known.join("; "));
    (!known.is_empty()).then(|| (format!("REACTION-{cvx}"), text))
}

/// A test or a disease on record shows immunity against all that the vaccine holds.
fn immune(name: &str, cvx: Cvx, desk: &Desk) -> Option<Doubt> {
    let groups = codes::schedule_groups_of(cvx);
    let is_immune = |group: &&str| {
        let mut forecasts = desk.said.recommendation.forecasts.iter();
        forecasts.any(|one| one.status == ForecastStatus::Immune && &*one.group.name == *group)
    };
    let text = format!(
        "{name}: immunity is on record, so the schedule asks for no dose. Check that this is the right patient and vaccine."
    );
    (!groups.is_empty() && groups.iter().all(is_immune)).then(|| (format!("IMMUNE-{cvx}"), text))
}

/// The doses that would have to be repeated, all of the visit supposed to be given: too early after the dose before, too soon
/// after a live vaccine, too young. And those that nothing asks for in any of their groups: the series is complete.
fn uncounted(named: &[(String, PlannedDose)], desk: &Desk) -> Vec<Doubt> {
    let planned: Vec<PlannedDose> = named.iter().map(|(_, plan)| *plan).collect();
    let said = what_if(&desk.schedules, &desk.setting.record, &planned, desk.today);
    // who is past the age of a series may want it for a travel or a work: that is no mistake
    let is_past_age = |group: &str| {
        let mut of_group = desk.said.recommendation.forecasts.iter().filter(|one| &*one.group.name == group);
        of_group.all(|one| one.status == ForecastStatus::AgedOut)
    };
    let is_extra = |one: usize| {
        let mut of_dose = said.planned.iter().filter(|said| said.planned == one);
        of_dose.all(|said| said.validity == Validity::Extraneous && !is_past_age(&said.group.name))
    };
    let is_lost = |said: &&PlannedEvaluation| match said.validity {
        Validity::NotValid | Validity::SubStandard => true,
        Validity::Extraneous => is_extra(said.planned),
        Validity::Valid | Validity::NotJudged => false,
    };
    let doubt = |said: &PlannedEvaluation| {
        let (name, plan) = named.get(said.planned)?;
        if stands_in_for_pertussis(plan.cvx, plan.on, desk) {
            return None;
        }
        let group = codes::schedule_group(&said.group.name);
        let sentence = words::sentence(&said.sentence);
        let text = format!("{name}, as a dose of {group}: {sentence}");
        Some((format!("COUNTS-{}-{}-{}", plan.cvx, words::slug(&said.group.name), plan.on), text))
    };
    said.planned.iter().filter(is_lost).filter_map(doubt).collect()
}

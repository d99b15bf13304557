//! The rows of a visit: what is due, what was ticked, and any vaccine.

use super::super::Typed;
use super::super::dates::day_of_visit;
use super::unfit::Unfit;
use crate::pages::codes;
use crate::pages::patients::recommendation::needs::{one_a_group, row_id};
use crate::pages::patients::recommendation::words;
use iis_model::recommendation::{Recommendation, Standing};
use iis_model::stock::OnHand;
use iis_model::{Date, LotId};
use iis_registry::inventory::choose::givable;

/// Rows for vaccines that are not due.
const ANY: usize = 2;

/// More rows than this no form of ours has.
const MOST: usize = 20;

/// What is said of a row that was due when the form was shown.
const GONE: &str = "no longer due";

/// A row as it was filled in.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Of the vaccine group, so that a form means the same vaccine when something else is due by the time it is sent.
    pub(super) id: String,
    pub(super) label: String,
    /// `overdue`, `due`, `no longer due`; empty for what is not.
    pub(super) standing: &'static str,
    /// For any vaccine.
    pub(super) is_any: bool,
    /// It was due when the form was shown, and is no longer.
    pub(super) is_gone: bool,
    pub(super) is_given: bool,
    pub(super) lot: Option<LotId>,
    pub(super) lots: Vec<LotId>,
    pub(super) route: String,
    /// For which lot the route was filled in; none: somebody chose it.
    pub(super) routed: Option<LotId>,
    pub(super) body_site: String,
    pub(super) amount: String,
}

impl Row {
    /// Whether a lot is among those to choose.
    pub(super) fn offers(&self, id: LotId) -> bool {
        self.lots.contains(&id)
    }
}

fn id_for_any(at: usize) -> String {
    format!("any{at}")
}

/// Whether a row of this id is for any vaccine.
pub(super) fn is_for_any(id: &str) -> bool {
    (1..=ANY).any(|at| id == id_for_any(at))
}

/// What a row is for.
#[derive(Debug, Clone)]
struct Kind {
    id: String,
    label: String,
    standing: &'static str,
    lots: Vec<LotId>,
}

/// The ids of the rows that were ticked.
fn ticked(typed: &Typed) -> impl Iterator<Item = &str> {
    let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let ticked = typed.beginning("give_").filter(move |(id, tick)| !tick.is_empty() && is_id(id));
    ticked.map(|(id, _)| id).take(MOST)
}

/// What the rows of a visit are for: what is due today, what was ticked and is no longer due, then any vaccine. `lots` tells
/// the lots of a vaccine group, or of any.
fn kinds(
    said: &Recommendation,
    typed: &Typed,
    today: Date,
    lots: impl Fn(Option<&str>) -> Vec<LotId>,
) -> Vec<Kind> {
    let due = one_a_group(said).into_iter().filter_map(|forecast| {
        let standing = match forecast.standing(today) {
            Standing::Overdue | Standing::Due if words::is_shared(forecast) => "shared decision",
            Standing::Overdue => "overdue",
            Standing::Due => "due",
            _ => return None,
        };
        let dose = forecast.dose_number.map(|number| format!(" dose {number}")).unwrap_or_default();
        let group = &*forecast.group.name;
        let caution = words::caution(forecast.is_cautioned);
        let label = format!("{}{dose}{caution}", codes::schedule_group(group));
        Some(Kind { id: row_id(group), label, standing, lots: lots(Some(group)) })
    });
    let mut kinds: Vec<Kind> = due.collect();
    for id in ticked(typed).filter(|id| !is_for_any(id)) {
        if kinds.iter().any(|kind| kind.id == id) {
            continue;
        }
        let group = codes::schedule_groups().find(|group| row_id(group) == id);
        let label = group.map_or_else(|| "Vaccine that is not listed".to_owned(), codes::schedule_group);
        kinds.push(Kind { id: id.to_owned(), label, standing: GONE, lots: lots(group) });
    }
    kinds.extend((1..=ANY).map(|at| Kind {
        id: id_for_any(at),
        label: format!("Other vaccine {at}"),
        standing: "",
        lots: lots(None),
    }));
    kinds
}

/// The rows of a visit, as they were filled in.
pub(super) fn rows(
    said: &Recommendation,
    (all, unfit): (&[OnHand], &Unfit),
    typed: &Typed,
    today: Date,
) -> Vec<Row> {
    let of_group = |group: Option<&str>| {
        let belongs = |cvx| group.is_none_or(|group| codes::schedule_groups_of(cvx).contains(&group));
        let row = group.map(row_id);
        unfit.behind(&givable(all, belongs, day_of_visit(typed.get("on"), today)), row.as_deref())
    };
    let kinds = kinds(said, typed, today, of_group);
    let due: Vec<String> = kinds.iter().map(|kind| kind.id.clone()).collect();
    let beside = |lot: LotId, own: &str| -> Vec<String> {
        let cvx = all.iter().find(|one| one.lot.id == lot).map(|one| one.lot.cvx);
        let groups = cvx.map(codes::schedule_groups_of).unwrap_or_default().into_iter().map(row_id);
        groups.filter(|id| id != own).collect()
    };
    // A combination also gives what another row is for: that takes somebody's choice.
    let gives_another = |lot: LotId, own: &str| beside(lot, own).iter().any(|id| due.contains(id));
    let row = |Kind { id, label, standing, lots }: Kind| {
        let is_any = is_for_any(&id);
        let chosen = typed.get(&format!("lot_{id}"));
        let chosen = chosen.parse().ok().map(LotId).filter(|id| lots.contains(id));
        let is_sent = !typed.get("once").is_empty();
        // Of those that fit the first to expire is chosen for what is due, until somebody chooses otherwise; one that also
        // holds what is not due only where there is no other.
        let goes = |lot: LotId| all.iter().any(|known| known.lot.id == lot && unfit.fits(&id, known));
        let fits = |lot: &&LotId| goes(**lot) && !gives_another(**lot, &id);
        let alone = |lot: &&LotId| beside(**lot, &id).is_empty();
        let fitting = || lots.iter().filter(fits);
        let first =
            fitting().find(alone).or_else(|| fitting().next()).copied().filter(|_| !is_any && !is_sent);
        Row {
            is_given: !typed.get(&format!("give_{id}")).is_empty() || (is_any && chosen.is_some()),
            lot: chosen.or(first),
            route: typed.get(&format!("route_{id}")).to_owned(),
            routed: typed.get(&format!("routed_{id}")).parse().ok().map(LotId),
            body_site: typed.get(&format!("site_{id}")).to_owned(),
            amount: typed.get(&format!("amount_{id}")).to_owned(),
            is_gone: standing == GONE,
            id,
            label,
            standing,
            is_any,
            lots,
        }
    };
    kinds.into_iter().map(row).collect()
}

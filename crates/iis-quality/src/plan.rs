//! Which checks are asked of what: chosen once, so that a message is not asked what nobody wants to know.

use crate::detection::{Condition, Detection, Entry, Gravity};
use crate::{Rule, Run, catalogue, checks};
use iis_model::sent::Thing;
use std::sync::LazyLock;

/// All checks: what the measures of a sender are counted from.
static ALL: LazyLock<Plan> = LazyLock::new(|| Plan::of(|_| true));
/// Those that somebody is told of, if nothing was changed.
static LOUD: LazyLock<Plan> = LazyLock::new(|| Plan::of(|gravity| gravity != Gravity::Silent));

/// The checks by what they look at.
pub(crate) struct Plan {
    of_things: [OfThing; Thing::ALL.len()],
    /// The rules that look at what was understood.
    pub(crate) as_understood: Box<[&'static Rule]>,
}

/// What is asked of one thing as sent.
#[derive(Default)]
pub(crate) struct OfThing {
    pub(crate) fields: Box<[OfField]>,
    pub(crate) rules: Box<[&'static Rule]>,
}

/// What is detected about a field.
pub(crate) struct OfField {
    pub(crate) entry: &'static Entry,
    pub(crate) detections: Box<[Detection]>,
    /// Whether an empty one is of interest.
    pub(crate) asks_if_missing: bool,
    /// Whether a valued one is.
    pub(crate) asks_if_valued: bool,
}

impl Plan {
    /// All checks, or those that somebody is told of.
    pub(crate) fn chosen(all: bool) -> &'static Self {
        if all { &ALL } else { &LOUD }
    }

    pub(crate) fn of_thing(&self, thing: Thing) -> &OfThing {
        &self.of_things[thing as usize]
    }

    fn of(is_wanted: fn(Gravity) -> bool) -> Self {
        let mut plan =
            Self { of_things: std::array::from_fn(|_| OfThing::default()), as_understood: Box::default() };
        let is_asked = |rule: &&Rule| rule.checks.iter().any(|check| is_wanted(check.gravity));
        for &thing in Thing::ALL {
            let fields = catalogue::fields(thing).iter().filter_map(|entry| OfField::of(entry, is_wanted));
            let rules = checks::ALL.iter().filter(|rule| thing_of(rule.run) == Some(thing)).filter(is_asked);
            plan.of_things[thing as usize] = OfThing { fields: fields.collect(), rules: rules.collect() };
        }
        plan.as_understood = checks::ALL.iter().filter(|rule| thing_of(rule.run).is_none()).collect();
        plan
    }
}

impl OfField {
    fn of(entry: &'static Entry, is_wanted: fn(Gravity) -> bool) -> Option<Self> {
        let detections: Box<[Detection]> =
            entry.detections.iter().filter(|detection| is_wanted(detection.2)).copied().collect();
        let is_about_nothing = |detection: &Detection| detection.1 == Condition::Missing;
        let (asks_if_missing, asks_if_valued) = (
            detections.iter().any(is_about_nothing),
            detections.iter().any(|detection| !is_about_nothing(detection)),
        );
        (!detections.is_empty()).then_some(Self { entry, detections, asks_if_missing, asks_if_valued })
    }
}

/// The thing that a rule looks at as sent; none for one that looks at what was understood.
fn thing_of(run: Run) -> Option<Thing> {
    match run {
        Run::OnMessage(_) => Some(Thing::Message),
        Run::OnPatient(_) => Some(Thing::Patient),
        Run::OnNextOfKin(_) => Some(Thing::NextOfKin),
        Run::OnDose(_) => Some(Thing::Vaccination),
        Run::OnPerson(_) | Run::OnVaccination(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::all;
    use iis_model::sent::Thing;

    #[test]
    fn every_check_is_asked_once_by_the_plan_of_all() {
        let plan = Plan::chosen(true);
        let mut codes: Vec<_> = Thing::ALL
            .iter()
            .map(|&thing| plan.of_thing(thing))
            .flat_map(|of| {
                let fields = of.fields.iter().flat_map(|field| field.detections.iter().map(|one| one.0));
                fields.chain(of.rules.iter().flat_map(|rule| rule.checks.iter().map(|check| check.code)))
            })
            .chain(plan.as_understood.iter().flat_map(|rule| rule.checks.iter().map(|check| check.code)))
            .collect();
        let mut known: Vec<_> = all().map(|(code, _)| code).collect();
        codes.sort_unstable();
        known.sort_unstable();
        assert_eq!(codes, known);
    }
}

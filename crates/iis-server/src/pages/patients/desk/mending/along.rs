//! Reactions that were noted after a dose which is corrected or removed: they go along, where whoever corrects it says so, or stay
//! and are told of.

use super::super::beside::reaction::misfit;
use super::super::visit::doubts::Doubt;
use super::super::{Setting, Typed};
use crate::pages::duplicates::answering::deed;
use crate::pages::frame::{Notice, Problem};
use crate::pages::patients::notes::{NotedAfter, noted_after};
use crate::pages::visitor::{Stop, Visitor};
use iis_model::access::Permission;
use iis_model::event::ObservationValue;
use iis_model::{OrganizationId, ReportedEvent};
use iis_registry::desk::{self, Named, Outcome, ReportKey};

/// The part of an address by which the history tells of a reaction that does not go along.
pub(super) const STAYS: &str = "&reacted=yes";

/// The same of reactions that all go along.
pub(super) const WENT: &str = "&reacted=along";

/// The reactions that were noted after a dose, and whether whoever looks may let them go along.
#[derive(Debug, Clone)]
pub(super) struct Noted {
    all: Vec<NotedAfter>,
    own: OrganizationId,
    may_note: bool,
}

/// A box: a reaction goes along with the dose.
#[derive(Debug, Clone)]
pub(in crate::pages) struct AlongChoice {
    pub(in crate::pages) name: String,
    /// `Anaphylaxis after MMR 02/10/2025`
    pub(in crate::pages) text: String,
    pub(in crate::pages) is_ticked: bool,
}

/// Finds what was noted after the dose of a report.
pub(super) async fn noted(visitor: &Visitor, setting: &Setting, key: ReportKey) -> Result<Noted, Stop> {
    let granted = visitor.granted(Permission::ChangeDose)?;
    let named = desk::named_as(&visitor.app.registry, granted, setting.record.id, key).await;
    let named = named.map_err(|failure| visitor.failed(&failure))?;
    Ok(Noted {
        all: noted_after(&setting.record, key, &named),
        own: setting.site.organization_id,
        may_note: visitor.may(Permission::RecordContraindications),
    })
}

/// As what a report names its dose.
fn name(event: &ReportedEvent) -> Option<Named> {
    event.cvx.value.zip(event.given_on.value)
}

/// What was done, with what became of reactions that went along.
pub(in crate::pages::patients) fn and_reactions(mut notice: Notice, reacted: &str) -> Notice {
    if WENT.ends_with(&format!("={reacted}")) {
        notice.text.push_str(" The reaction that was noted after it names it as it is now.");
    }
    notice
}

impl Noted {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What was noted, each in a few words.
    pub(super) fn texts(&self) -> Vec<String> {
        self.all.iter().map(|one| one.text.clone()).collect()
    }

    /// The box of a reaction: one's own organization said it, and nobody else.
    fn field(&self, one: &NotedAfter) -> Option<String> {
        let (record, report) = one.all_of(self.own).filter(|_| self.may_note)?.next()?;
        Some(format!("along-{}.{}", record.0, report.0))
    }

    /// The boxes as they were ticked. Before anybody touched the form a reaction goes along that names the dose as it is said.
    pub(super) fn boxes(&self, said: &ReportedEvent, typed: Option<&Typed>) -> Vec<AlongChoice> {
        let choice = |one: &NotedAfter| {
            let name_of_box = self.field(one)?;
            let is_ticked =
                typed.map_or(name(said) == Some(one.named), |typed| !typed.get(&name_of_box).is_empty());
            Some(AlongChoice { name: name_of_box, text: one.text.clone(), is_ticked })
        };
        let mut boxes: Vec<AlongChoice> = Vec::new();
        for choice in self.all.iter().filter_map(choice) {
            // two reactions of one report go along together
            match boxes.iter_mut().find(|known| known.name == choice.name) {
                Some(known) => known.text = format!("{}; {}", known.text, choice.text),
                None => boxes.push(choice),
            }
        }
        boxes
    }

    fn is_ticked(&self, one: &NotedAfter, typed: &Typed) -> bool {
        self.field(one).is_some_and(|field| !typed.get(&field).is_empty())
    }

    /// The reactions that a correction concerns, with whether each goes along: those that name another dose than the one that
    /// is on record afterwards.
    fn of_correction<'a>(
        &'a self,
        (said, now): (&ReportedEvent, &ReportedEvent),
        typed: &'a Typed,
    ) -> impl Iterator<Item = (&'a NotedAfter, bool)> {
        let (is_another, now) = (name(said) != name(now), name(now));
        let concerned = self.all.iter().filter(move |one| is_another && Some(one.named) != now);
        concerned.map(|one| (one, self.is_ticked(one, typed)))
    }

    /// What cannot go along, since it would have come before its dose, or too late after it: told at its box.
    pub(super) fn problems(&self, about: (&ReportedEvent, &ReportedEvent), typed: &Typed) -> Vec<Problem> {
        let Some((_, given_on)) = name(about.1) else { return Vec::new() };
        let problem = |one: &NotedAfter| {
            let code = match &one.what {
                Some(ObservationValue::Coded(coded)) => &*coded.code,
                _ => "",
            };
            let (what, _) = misfit(code, one.on?, given_on)?;
            let text = format!("{what} Correct the date of the dose, or take away the tick.");
            Some(Problem::of(self.field(one)?, text))
        };
        self.of_correction(about, typed)
            .filter(|(_, goes)| *goes)
            .filter_map(|(one, _)| problem(one))
            .collect()
    }

    /// The reactions that stay, and would stand after another dose than the one that is on record.
    pub(super) fn left_behind(
        &self,
        about: (&ReportedEvent, &ReportedEvent),
        typed: &Typed,
    ) -> Option<Doubt> {
        let stay = self.of_correction(about, typed).filter(|(_, goes)| !goes);
        let texts: Vec<&str> = stay.map(|(one, _)| &*one.text).collect();
        (!texts.is_empty()).then(|| {
            let text = format!(
                "On record is: {}. It does not go along: it counts against the vaccine that it names. When this is saved, remove it among the \
                 notes and note it after the dose as it is now.",
                texts.join("; ")
            );
            ("reaction-left".to_owned(), text)
        })
    }

    /// Lets the reactions go along that were ticked, once the dose is corrected; then what the history says of them.
    pub(super) async fn follow(
        &self,
        visitor: &Visitor,
        setting: &Setting,
        about: (&ReportedEvent, &ReportedEvent),
        (typed, reason): (&Typed, &str),
    ) -> Result<&'static str, Stop> {
        let Some(dose) = name(about.1) else { return Ok("") };
        let (mut went, mut stays) = (false, false);
        let mut done: Vec<ReportKey> = Vec::new();
        for (one, goes) in self.of_correction(about, typed) {
            let keys = one.all_of(self.own).filter(|_| goes);
            stays |= keys.is_none();
            let keys: Vec<ReportKey> = keys.into_iter().flatten().filter(|key| !done.contains(key)).collect();
            for key in keys {
                done.push(key);
                let deed = deed(visitor, Permission::RecordContraindications, reason, typed.get("once"))?;
                let by = (deed, setting.site.clone());
                let outcome = desk::go_along(&visitor.app.registry, by, (setting.record.id, key), dose).await;
                match outcome.map_err(|failure| visitor.failed(&failure))? {
                    Outcome::Stored(_) => went = true,
                    _ => stays = true,
                }
            }
        }
        Ok(match (stays, went) {
            (true, _) => STAYS,
            (false, true) => WENT,
            (false, false) => "",
        })
    }
}

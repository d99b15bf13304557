//! "What can this person see?": what an account may do and how far, in words, made from the same decision that
//! [`super::authorize`] makes (screens 3.30). Nobody's record is opened for it.

use super::protection::Veil;
use super::reach::{Held, held, own_panel};
use super::{Caller, Roles, authorize, condition_text};
use crate::accounts::{Account, Status};
use crate::directory::Directory;
use crate::people::emergency;
use crate::{Arrival, Context, Failure};
use iis_model::RegistryNumber;
use iis_model::access::function::{FURTHER, Function, OUTSIDE, STATE};
use iis_model::access::{Area, Channel, Granted, Permission, Reach, Sight, Verb, Within};
use iis_store::reach::permits;
use iis_store::{AuditEntry, opting_out, person};

/// Something an account may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct May {
    /// The part of the registry.
    pub area: Area,
    /// What, as the access matrix names it.
    pub function: &'static str,
    /// Verb and further words: `change (medical)`.
    pub verb: String,
    /// How far, in words.
    pub reach: String,
}

/// What an account may see and do, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sees {
    /// Sentences, the most important first.
    pub sentences: Vec<String>,
    /// Everything it may, by part of the registry.
    pub may: Vec<May>,
}

/// What this account may. Of one that is locked: what it may when it is opened again.
pub fn sees(roles: &Roles, account: &Account, names: &Directory, purpose_asked: bool) -> Sees {
    let usable = Account { status: Status::Active, ..account.clone() };
    let of = |permission| held(roles, &usable, permission);
    let mut sentences = Vec::new();
    if !account.is_usable() {
        sentences.push(
            "The account is closed or locked: it may do nothing now. Opened again, this holds.".to_owned(),
        );
    }
    match of(Permission::ViewPerson) {
        None => sentences.push("Sees no patient’s record.".to_owned()),
        Some(views) => {
            let mut whom = format!("May open the records of {}", in_words(&views.reach, names));
            if let Some(own) = own_panel(roles, &usable).filter(|_| purpose_asked) {
                let own = in_words(&own, names);
                whom = format!("{whom}, and says why before opening anybody but {own}");
            }
            sentences.push(format!("{whom}."));
            sentences.push(protected(&views, names));
        }
    }
    if let Some(changes) = of(Permission::ChangeDemographics) {
        sentences.push(format!("May change {}.", in_words(&changes.reach, names)));
    }
    if of(Permission::OpenInEmergency).is_some() {
        sentences
            .push("May open a withheld record in an emergency, with a reason that is reviewed.".to_owned());
    }
    let mut may: Vec<May> = Vec::new();
    for (function, permission) in lines() {
        let Some(held) = of(permission) else { continue };
        let line = line(function, permission, &held, names);
        if !may.contains(&line) {
            may.push(line);
        }
    }
    may.sort_by_key(|line| line.area);
    Sees { sentences, may }
}

/// The lines of the matrix, each permission once.
fn lines() -> Vec<(&'static Function, Permission)> {
    let mut lines: Vec<(&Function, Permission)> = Vec::new();
    for function in OUTSIDE.iter().chain(STATE).chain(FURTHER) {
        for permission in function.permissions {
            if !lines.iter().any(|(_, known)| known == permission) {
                lines.push((function, *permission));
            }
        }
    }
    lines
}

fn line(function: &Function, permission: Permission, held: &Held, names: &Directory) -> May {
    let verb = match permission.verb() {
        Verb::Read => "see",
        Verb::Write => "change",
        Verb::Run => "run",
        Verb::Sign => "sign",
        Verb::Approve => "approve",
    };
    let addition = permission.addition();
    let condition = held.condition.map_or("", condition_text);
    let reach = in_words(&held.reach, names);
    May {
        area: permission.area(),
        function: function.title,
        verb: if addition.is_empty() { verb.to_owned() } else { format!("{verb} ({addition})") },
        reach: if condition.is_empty() { reach } else { format!("{reach}; {condition}") },
    }
}

fn protected(views: &Held, names: &Directory) -> String {
    match &views.sight {
        Sight::All => "Sees protected records too.".to_owned(),
        Sight::Organizations(own) if own.is_empty() => "Sees no protected record.".to_owned(),
        Sight::Organizations(own) => {
            let own: Vec<_> = own.iter().map(|id| names.organization(*id)).collect();
            format!("Sees protected records only of patients about whom {} reports.", own.join(" or "))
        }
    }
}

/// A reach in words: `everybody in the state`, `the patients of River Clinic`.
fn in_words(reach: &Reach, names: &Directory) -> String {
    if reach.is_everything() {
        return "everybody in the state".to_owned();
    }
    let site = |id| names.site(id).map_or("a site", |site| &*site.name);
    let words: Vec<_> = reach
        .stretches()
        .iter()
        .map(|within| match *within {
            Within::Own(_) => "what is one’s own".to_owned(),
            Within::Clinic(id) => format!("the patients of {}", site(id)),
            Within::School(id) => format!("the students of {}", site(id)),
            Within::Jurisdiction(id) => {
                format!("the residents of {}", names.place(iis_model::access::Place::Jurisdiction(id)))
            }
            Within::Organization(id) => format!("the patients and users of {}", names.organization(id)),
        })
        .collect();
    if words.is_empty() { "nobody".to_owned() } else { words.join(" and ") }
}

/// Whether an account would see one patient, and the rule that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No patient has this number.
    NoSuchPatient,
    /// No role of the account opens records, or it is locked.
    NoPermission,
    /// The person opted out: the record is as if absent for the account.
    OptedOut,
    /// The patient lies outside of how far its roles reach.
    OutOfReach,
    /// The record is protected, and none of its organizations reports about the patient.
    Protected,
    /// It opened the record in an emergency.
    InEmergency,
    /// It does.
    Sees,
}

/// Whether the account would see the patient of this number now. The question is in the audit of the patient.
pub async fn would_see(
    cx: &Context,
    granted: Granted,
    account: &Account,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<Verdict, Failure> {
    let emergency = emergency::in_force(cx, account, number, arrival).await?.is_some();
    let views = authorize(&cx.roles, Caller::Account(account), Permission::ViewPerson, Channel::Web, "");
    let user = account.name.clone();
    let asked = cx.store.disclose(move |tx| {
        let entry =
            AuditEntry::of(&granted, arrival.at).action("ask-who-sees").detail(format!("user {user}"));
        let Some(found) = person::by_registry_number(tx, &granted, number)? else {
            return Ok((Verdict::NoSuchPatient, vec![entry.result("not found")]));
        };
        let verdict = match &views {
            _ if emergency => Verdict::InEmergency,
            Err(_) => Verdict::NoPermission,
            Ok(views) if !views.sees_opted_out() && opting_out::is_out(tx, found.id)? => Verdict::OptedOut,
            Ok(views) if !permits(tx, views, found.id)? => Verdict::OutOfReach,
            Ok(views) if !Veil::of(views).shows(tx, found.id, found.protected)? => Verdict::Protected,
            Ok(_) => Verdict::Sees,
        };
        Ok((verdict, vec![entry.person(found.id)]))
    });
    Ok(asked.await?)
}

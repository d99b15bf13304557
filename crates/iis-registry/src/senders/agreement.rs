//! What is agreed with a sender (requirements X-3): read, held against what there is, changed, and written down.

use super::differences::in_words;
use super::{change, standards};
use crate::{Arrival, Context, Failure};
use iis_codes::CodeSets;
use iis_hl7::translation::TRANSLATABLE;
use iis_model::access::Granted;
use iis_model::organization::{CodeMapping, Sender, SenderProfile, Site};
use iis_model::{OrganizationId, SiteId};
use iis_quality::Policy;
use iis_store::sender::SenderAccess;
use iis_store::{StoreError, Tx, sender, site};
use std::collections::BTreeSet;

/// The most messages a minute that can be agreed; beyond it an agreement would hold nobody back.
const MOST_A_MINUTE: u32 = 1_000_000;
/// The longest code and coding system, in bytes.
const LONGEST_CODE: usize = 60;
/// The most changes that one row of the audit tells one by one.
const MOST_TOLD: usize = 50;
/// The most codes that are translated for one sender.
const MOST_MAPPINGS: usize = 5_000;

/// What of a sender can be agreed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Whether it is let in at all.
    pub is_active: bool,
    /// Codes of the sites it may submit for; the first is its default.
    pub site_codes: Vec<Box<str>>,
    /// The rest.
    pub profile: SenderProfile,
}

/// Something in an agreement that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The part: `sites`, `pace`, `zone`, `severities`, `mappings`.
    pub part: &'static str,
    /// What is wrong, in a sentence.
    pub text: String,
}

impl Agreement {
    fn of(access: &SenderAccess) -> Self {
        let Sender { default_site_id, sites, profile, .. } = &access.sender;
        let mut sites: Vec<&Site> = sites.iter().collect();
        sites.sort_by_key(|site| site.id != *default_site_id);
        Self {
            is_active: &*access.status == "active",
            site_codes: sites.into_iter().map(|site| site.code.clone()).collect(),
            profile: profile.clone(),
        }
    }

    /// What in it cannot be, whatever sites there are, with the code sets in force. Rows of the table of codes that were agreed
    /// `before` stay, also when a newer release of the sets knows their codes no more.
    pub fn wrongs(&self, before: &Self, sets: &CodeSets) -> Vec<Wrong> {
        let SenderProfile { time_zone, messages_a_minute, severities, mappings, .. } = &self.profile;
        let mut wrongs = Vec::new();
        let mut wrong = |part, text: String| wrongs.push(Wrong { part, text });
        if self.site_codes.is_empty() {
            wrong("sites", "A sender needs at least one site.".to_owned());
        }
        if *messages_a_minute > MOST_A_MINUTE {
            wrong("pace", format!("At most {MOST_A_MINUTE} messages a minute can be agreed."));
        }
        if !time_zone.is_empty() && jiff::tz::TimeZone::get(time_zone).is_err() {
            wrong("zone", "There is no time zone of this name. Write it as America/Chicago.".to_owned());
        }
        for (code, word) in severities {
            if let Err(error) = Policy::default().with([(&**code, &**word)]) {
                wrong("severities", format!("{error}."));
            }
        }
        if mappings.len() > MOST_MAPPINGS {
            wrong("mappings", format!("At most {MOST_MAPPINGS} codes can be translated for one sender."));
        }
        let mut seen = BTreeSet::new();
        let of_new = |mapping| {
            let fault = standards::fault_of(mapping, sets);
            fault.filter(|_| !before.profile.mappings.contains(mapping))
        };
        for (at, mapping) in mappings.iter().enumerate() {
            if let Some(text) = fault_of(mapping).or_else(|| of_new(mapping)) {
                wrong("mappings", format!("Row {}: {text}", at + 1));
            } else if !seen.insert(key_of(mapping)) {
                wrong("mappings", format!("Row {}: this code stands in the table twice.", at + 1));
            }
        }
        wrongs
    }

    /// Its parts by name, each as a text.
    pub fn lines(&self) -> Vec<(String, String)> {
        let profile = &self.profile;
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let or = |text: String, empty: &str| if text.is_empty() { empty.to_owned() } else { text };
        let pace = if profile.messages_a_minute == 0 {
            String::new()
        } else {
            profile.messages_a_minute.to_string()
        };
        let switches = [
            ("let in", self.is_active),
            ("may submit", profile.may_submit),
            ("may query", profile.may_query),
            ("may report completions", profile.may_report_completions),
            ("under test", profile.is_test),
            ("unknown sites accepted", profile.accept_unknown_sites),
            ("two quotes erase", profile.erase_on_empty_quotes),
            ("older versions accepted", profile.accept_older_versions),
            ("doses come out of the inventory", profile.decrements),
            ("forecast only when certain", profile.forecast_only_when_certain),
            ("others' doses keep source 00", profile.keep_new_immunization),
        ];
        let mut lines: Vec<_> = switches.into_iter().map(|(name, is)| (name.to_owned(), yes(is))).collect();
        lines.push(("sites".to_owned(), self.site_codes.join(", ")));
        lines.push(("messages a minute".to_owned(), or(pace, "any number")));
        lines.push(("time zone".to_owned(), or(profile.time_zone.clone(), "the registry's")));
        lines.extend(
            profile.severities.iter().map(|(code, word)| (format!("severity {code}"), word.to_string())),
        );
        lines.extend(profile.mappings.iter().map(mapping_line));
        lines
    }
}

fn fault_of(mapping: &CodeMapping) -> Option<String> {
    let CodeMapping { field, code, system, standard, standard_system } = mapping;
    if !TRANSLATABLE.iter().any(|translatable| translatable.name.eq_ignore_ascii_case(field)) {
        let names: Vec<&str> = TRANSLATABLE.iter().map(|translatable| translatable.name).collect();
        return Some(format!("codes are translated in {} only.", names.join(", ")));
    }
    if code.is_empty() || standard.is_empty() {
        return Some("a row needs the sender's code and the standard one.".to_owned());
    }
    let is_plain =
        |text: &str| text.len() <= LONGEST_CODE && text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let all_plain = [code, system, standard, standard_system].into_iter().all(|text| is_plain(text));
    (!all_plain).then(|| format!("codes are plain text of at most {LONGEST_CODE} characters."))
}

fn key_of(mapping: &CodeMapping) -> [String; 3] {
    [&mapping.field, &mapping.code, &mapping.system].map(|text| text.to_uppercase())
}

/// What is agreed with the sender of a name.
pub async fn agreement(cx: &Context, name: &str) -> Result<Option<Agreement>, Failure> {
    let name = name.to_owned();
    let read = cx.store.read(move |tx| sender::by_name(tx, &name));
    Ok(read.await?.as_ref().map(Agreement::of))
}

/// Puts an agreement in the place of the one that was seen; in force for the next message, a second later at the latest.
/// The audit tells what changed.
pub async fn agree(
    cx: &Context,
    granted: &Granted,
    name: &str,
    (seen, new): (Agreement, Agreement),
    arrival: Arrival,
) -> Result<(), Failure> {
    if !new.wrongs(&seen, &cx.codes.now()).is_empty() {
        return Err(Failure::Rule("The agreement holds something that cannot be."));
    }
    let agreed = change(cx, granted, "change-sender", name, arrival, move |tx, access| {
        let known = Agreement::of(&access);
        if known != seen {
            return Ok(Err("The agreement was changed by somebody else meanwhile. Look at it again."));
        }
        let Some(sites) = sites(tx, &new.site_codes, Some(access.sender.organization_id))? else {
            return Ok(Err(NOT_ITS_SITES));
        };
        let default_site_id = sites.first().map_or(SiteId(0), |site| site.id);
        let sender = Sender { sites, default_site_id, profile: new.profile.clone(), ..access.sender };
        sender::put(tx, &sender, if new.is_active { "active" } else { "inactive" })?;
        Ok(Ok(for_audit(in_words(&known, &new))))
    });
    agreed.await
}

/// Why a list of sites is not taken.
pub(super) const NOT_ITS_SITES: &str =
    "A sender needs at least one site, every site code must exist, and all sites belong to one organization.";

/// The sites of these codes; `None`: there are none, one does not exist, or they are not all of one organization.
pub(super) fn sites(
    tx: &mut Tx<'_>,
    codes: &[Box<str>],
    organization: Option<OrganizationId>,
) -> Result<Option<Vec<Site>>, StoreError> {
    let mut sites: Vec<Site> = Vec::new();
    for code in codes {
        let Some(row) = site::by_code(tx, code)? else { return Ok(None) };
        if sites.iter().all(|site| site.id != row.site.id) {
            sites.push(row.site);
        }
    }
    let Some(owner) = organization.or(sites.first().map(|site| site.organization_id)) else {
        return Ok(None);
    };
    let is_owned = !sites.is_empty() && sites.iter().all(|site| site.organization_id == owner);
    Ok(is_owned.then_some(sites))
}

/// A whole table of codes is counted and not told row by row.
fn for_audit(mut changes: Vec<String>) -> String {
    let more = changes.len().saturating_sub(MOST_TOLD);
    changes.truncate(MOST_TOLD);
    if more > 0 {
        changes.push(format!("and {more} more"));
    }
    changes.join("; ")
}

fn mapping_line(mapping: &CodeMapping) -> (String, String) {
    let CodeMapping { field, code, system, standard, standard_system } = mapping;
    let with = |code: &str, system: &str| format!("{code} {system}").trim_end().to_owned();
    (format!("code {field} {}", with(code, system)), with(standard, standard_system))
}

#[cfg(test)]
mod tests {
    use super::Agreement;
    use crate::senders::testing::{agreed, mapping};
    use iis_codes::CodeSets;

    #[test]
    fn what_cannot_be_is_told_by_its_part() {
        type Change = fn(&mut Agreement);
        #[rustfmt::skip]
        let table: [(Change, &str, &str); 11] = [
            (|_| {},                                                              "",           ""),
            (|a| a.site_codes.clear(),                                            "sites",      "at least one"),
            (|a| a.profile.messages_a_minute = 2_000_000,                         "pace",       "1000000"),
            (|a| a.profile.time_zone = "Mars/North".into(),                       "zone",       "no time zone"),
            (|a| drop(a.profile.severities.insert("PAT-000".into(), "silent".into())), "severities", "PAT-000"),
            (|a| drop(a.profile.severities.insert("PAT-139".into(), "loud".into())),   "severities", "PAT-139"),
            (|a| a.profile.mappings = vec![mapping("PID-5", "X", "Y")],           "mappings",   "Row 1: codes are translated in PID-8"),
            (|a| a.profile.mappings = vec![mapping("rxa-5", "X", "03"), mapping("RXA-5", "", "Y")], "mappings", "Row 2: a row needs"),
            (|a| a.profile.mappings = vec![mapping("RXA-5", "X", "9999")],        "mappings",   "9999 is no code of CVX"),
            (|a| a.profile.mappings = vec![mapping("RXA-5", "X", "03\r")],        "mappings",   "plain text"),
            (|a| a.profile.mappings = vec![mapping("RXA-5", "x", "03"), mapping("RXA-5", "X", "04")], "mappings", "Row 2: this code stands"),
        ];
        let sets = CodeSets::built_in().expect("tables");
        for (change, part, text) in table {
            let wrongs = agreed(change).wrongs(&agreed(|_| {}), &sets);
            let again = agreed(change).wrongs(&agreed(change), &sets);
            assert_eq!(again.is_empty(), wrongs.is_empty() || text.contains("no code of"), "{again:?}");
            let first = wrongs.first().map_or(("", ""), |wrong| (wrong.part, wrong.text.as_str()));
            assert_eq!((first.0, first.1.contains(text)), (part, true), "{wrongs:?}");
        }
    }
}

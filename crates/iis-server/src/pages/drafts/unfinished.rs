//! Forms that were not finished, listed on the first page: each with the way to go on, and a button to discard it. What was
//! typed is shown on the form only, and the list names no patient.

use super::{form_of, on_sheets, shown_at};
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use iis_registry::drafts::{self, Draft};
use serde::Deserialize;

/// A form that was not finished.
#[derive(Debug, Clone)]
pub(in crate::pages) struct UnfinishedView {
    /// `Recording doses, ID …3764`
    pub(in crate::pages) text: String,
    /// `typed at 2:45 PM`
    pub(in crate::pages) typed: String,
    /// Where it is gone on with.
    pub(in crate::pages) href: String,
    /// By which it is discarded.
    pub(in crate::pages) address: String,
}

/// The forms that whoever is signed in did not finish, the latest first.
pub(in crate::pages) async fn unfinished(visitor: &Visitor) -> Result<Vec<UnfinishedView>, Stop> {
    let account = visitor.session()?.account.id;
    let found = drafts::of_account(&visitor.app.registry, account, visitor.arrival.at).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let zone = &visitor.app.registry.identity.zone;
    let view = |draft: Draft| {
        let typed = format!("typed at {}", format::time_of_day(draft.at, zone));
        let href = shown_at(&draft.address, &draft.fields);
        Some(UnfinishedView { text: called(&draft.address)?, typed, href, address: draft.address })
    };
    Ok(found.into_iter().filter_map(view).collect())
}

/// What the form is, and the end of the patient's number where it is about somebody on record.
fn called(address: &str) -> Option<String> {
    if let Some(title) = on_sheets::title_of(address) {
        return Some(title.to_owned());
    }
    let title = form_of(address)?;
    let number = address.split('/').nth(2).and_then(|number| number.parse().ok());
    Some(match number {
        Some(number) => format!("{title}, ID {}", format::number_tail(number)),
        None => title.to_owned(),
    })
}

/// Which form is discarded.
#[derive(Debug, Deserialize)]
pub(in crate::pages) struct Discarded {
    #[serde(default)]
    address: String,
}

/// `POST /session/draft/discard`: one's own only.
pub(in crate::pages) async fn discard(Filled { visitor, form }: Filled<Discarded>) -> Answer {
    let account = visitor.session()?.account.id;
    let forgotten = drafts::forget(&visitor.app.registry, account, &form.address).await;
    forgotten.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect("/?done=discarded"))
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn a_form_is_called_by_what_it_does_and_the_end_of_the_number() {
        let called = |address| called(address).unwrap_or_default();
        assert_eq!(called("/patients/1234567897/doses/new"), "Recording doses, ID …7897");
        assert_eq!(called("/patients/1234567897/status/here"), "Active or inactive, ID …7897");
        assert_eq!(called("/patients/new"), "Adding a patient");
        assert_eq!(called("/help/enrollments/5/decide/deny"), "Deciding an enrollment");
        assert_eq!(called("/account/password"), "");
    }
}

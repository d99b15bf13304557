//! Forms on sheets whose words are kept: deeds of weight, and what staff write at length. A sheet puts what was typed back into its
//! form wherever it is shown to whoever typed it; nothing is sent by that.

use crate::pages::access::sheet::{Block, FormView, Sheet};
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Stop, Visitor};
use iis_registry::drafts::{self, Draft};

/// The addresses of these forms, what each does, and how many parts of the address are the page on which it stands. `#` is a number,
/// `*` any word. None of them takes a password or a code that opens something.
#[rustfmt::skip]
const FORMS: [(&str, &str, usize); 16] = [
    ("/help/enrollments/#/decide/*",  "Deciding an enrollment",        3),
    ("/help/enrollments/#/verify",    "Verifying a scan",              3),
    ("/help/requests/#/*",            "Answering a request",           3),
    ("/help/tickets/#",               "Answering a ticket",            3),
    ("/help/accounts/*/*",            "Helping an account",            3),
    ("/admin/state-accounts/*/*",     "Helping an account",            3),
    ("/help/people/#",                "Correcting a person on record", 3),
    ("/tickets/#",                    "Answering a ticket",            2),
    ("/tickets/#/request",            "Asking for a further role",     3),
    ("/clinic/staff",                 "Adding to the staff list",      2),
    ("/clinic/staff/#/correct",       "Correcting the staff list",     4),
    ("/clinic/agreement/begin",       "Beginning an agreement",        2),
    ("/clinic/agreement/sign",        "Signing an agreement",          2),
    ("/admin/enrollment/withdraw",    "Withdrawing a site",            2),
    ("/admin/news",                   "Writing news",                  2),
    ("/admin/training/courses/*",     "Changing a course",             4),
];

fn form_of(path: &str) -> Option<(&'static str, usize)> {
    let path = path.split('?').next()?;
    let found = FORMS.iter().find(|(pattern, ..)| fits(pattern, path));
    found.map(|(_, title, parts)| (*title, *parts))
}

fn fits(pattern: &str, path: &str) -> bool {
    let is_fit = |(pattern, part): (&str, &str)| match pattern {
        "#" => part.parse::<i64>().is_ok(),
        "*" => !part.is_empty(),
        word => word == part,
    };
    pattern.split('/').count() == path.split('/').count()
        && pattern.split('/').zip(path.split('/')).all(is_fit)
}

/// What the form of an address does; none: it is none of these.
pub(super) fn title_of(path: &str) -> Option<&'static str> {
    form_of(path).map(|(title, _)| title)
}

/// The page on which the form of an address stands, for the site that the address names.
pub(super) fn page_of(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (_, parts) = form_of(path)?;
    let page: Vec<_> = path.split('/').take(parts + 1).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("{}{mark}{query}", page.join("/")))
}

/// What whoever is signed in typed into forms of the page that is shown and did not send, the latest first.
pub(in crate::pages) async fn typed_before(visitor: &Visitor, page: &str) -> Result<Vec<Draft>, Stop> {
    let Ok(session) = visitor.session() else { return Ok(Vec::new()) };
    let is_page = FORMS.iter().any(|(pattern, _, parts)| {
        let shown: Vec<_> = pattern.split('/').take(parts + 1).collect();
        fits(&shown.join("/"), page)
    });
    if !is_page {
        return Ok(Vec::new());
    }
    let registry = &visitor.app.registry;
    let found = drafts::of_account(registry, session.account.id, visitor.arrival.at).await;
    let mut found = found.map_err(|failure| visitor.failed(&failure))?;
    found.retain(|draft| page_of(&draft.address).is_some_and(|shown| shown.split('?').next() == Some(page)));
    Ok(found)
}

/// Puts what was typed before into the forms of a sheet, and says that it was not sent.
pub(in crate::pages) fn put_back(sheet: &mut Sheet, drafts: &[Draft], visitor: &Visitor) {
    let mut latest = None;
    for draft in drafts {
        let forms = sheet.blocks.iter_mut().filter_map(|block| match block {
            Block::Form(form) if form.action == draft.address => Some(form),
            _ => None,
        });
        for form in forms.filter(|form: &&mut FormView| form.is_of(&draft.fields)) {
            form.fill(&draft.fields);
            latest = latest.max(Some(draft.at));
        }
    }
    if let Some(at) = latest {
        let at = format::time_of_day(at, &visitor.app.registry.identity.zone);
        let text = format!(
            "What you typed at {at} is in the form below again. It was not sent: you had to sign in, or to show who you are. Nothing is done \
             yet."
        );
        sheet.blocks.insert(0, Block::Alert(Notice { kind: "warning", text }));
    }
}

#[cfg(test)]
mod tests {
    use super::{FORMS, page_of};

    #[test]
    fn words_come_back_on_the_page_of_their_form_and_forms_of_secrets_are_none_of_these() {
        #[rustfmt::skip]
        let table = [
            // where it is sent                     where it stands
            ("/help/enrollments/5/decide/deny",     Some("/help/enrollments/5")),
            ("/help/requests/7/return",             Some("/help/requests/7")),
            ("/help/tickets/2",                     Some("/help/tickets/2")),
            ("/help/tickets/set-aside",             None),
            ("/help/accounts/backup/open",          Some("/help/accounts/backup")),
            ("/admin/state-accounts/program/link",  Some("/admin/state-accounts/program")),
            ("/clinic/staff/3/correct?site=NORTH",  Some("/clinic/staff/3/correct?site=NORTH")),
            ("/clinic/agreement/sign?site=NORTH",   Some("/clinic/agreement?site=NORTH")),
            ("/admin/enrollment/withdraw",          Some("/admin/enrollment")),
            ("/account/password",                   None),
            ("/approve/3/key/approve",              None),
        ];
        for (sent, shown) in table {
            assert_eq!(page_of(sent).as_deref(), shown, "{sent}");
        }
        let opens = |pattern: &str| {
            ["/account", "/sign-in", "/set-password", "/approve"].iter().any(|one| pattern.starts_with(one))
        };
        assert!(!FORMS.iter().any(|(pattern, ..)| opens(pattern)));
    }
}

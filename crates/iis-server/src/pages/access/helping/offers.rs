//! What the page of an account tells and offers.

use super::super::sheet::{Block, Field, FieldKind, FormView, Link, button, quiet_button};
use crate::pages::format;
use crate::pages::frame::{Fact, Notice};
use crate::pages::visitor::percent_encoded;
use iis_model::Timestamp;
use iis_registry::accounts::helping::{Known, Standing};
use jiff::tz::TimeZone;

/// What somebody may do for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Help, by the deeds at this address.
    Help(&'static str),
    /// Correct what is on record, and nothing else for three days: they changed the address.
    CorrectOnly(&'static str),
    /// Nothing: it is their own.
    NothingForOneself,
    /// Nothing: a system administrator helps.
    NothingForState,
    /// Nothing: the Help Desk helps.
    Nothing,
}

/// The page of an account below its heading.
pub(crate) fn blocks(
    known: &Known,
    roles: &str,
    (zone, now): (&TimeZone, Timestamp),
    may: May,
) -> Vec<Block> {
    let mut blocks = vec![Block::Facts("What is known", facts(known, roles, zone))];
    blocks.extend(changed_by_owner(known, now));
    let says = |text: &str| vec![Block::Alert(Notice { kind: "info", text: text.to_owned() })];
    blocks.extend(match may {
        May::Help(base) => {
            let mut blocks = deeds(known, base);
            blocks.extend(to_stop(known, base));
            blocks.push(to_correct(known, base));
            blocks
        }
        May::CorrectOnly(base) => {
            let mut blocks = says(
                "You changed the address of this account within the last 72 hours, or gave it its first one within 30 days. Until then a colleague \
                 mails its links and takes lost second factors away.",
            );
            blocks.extend(to_stop(known, base));
            blocks.push(to_correct(known, base));
            blocks
        }
        May::NothingForOneself => {
            says("This is your own account: a colleague helps you, or you do it under Your account.")
        }
        May::NothingForState => says("An account of the state’s staff: a system administrator helps."),
        May::Nothing => says("The Help Desk helps."),
    });
    let link = Link {
        href: format!("/admin/access?user={}", percent_encoded(&known.account.name)),
        label: "What can this person see?".to_owned(),
    };
    blocks.push(Block::Links("Go on", vec![link]));
    blocks
}

/// What stands before anything is mailed: the owner changed the address lately, or somebody who was signed in as the owner.
fn changed_by_owner(known: &Known, now: Timestamp) -> Option<Block> {
    let latest = known.left.first()?;
    let hours = now.duration_since(latest.at).as_hours();
    let when = if hours == 0 {
        "less than an hour ago".to_owned()
    } else {
        format!("{} ago", format::counted(hours, "hour"))
    };
    let before: Vec<&str> = known.left.iter().map(|one| one.email.as_str()).collect();
    let text = format!(
        "The address was changed by its owner {when}: by whoever was signed in as {}. Before: {}. Ask who calls about it before you mail \
         a link: it goes to the new address. The address of before gets a message that you did.",
        known.account.name,
        before.join(", ")
    );
    Some(Block::Alert(Notice { kind: "warning", text }))
}

/// The address that waits, ended.
fn to_stop(known: &Known, base: &str) -> Option<Block> {
    let awaits = known.awaits.as_ref()?;
    let lead = format!(
        "{awaits} counts once the link that was mailed there is opened. Stop it if the person knows nothing of it. A link that sets a \
         password, factors that are taken away and a closed account stop it too."
    );
    let at = format!("{base}/{}/stop-address", known.account.name);
    Some(quiet_button(at, "Stop the new address", &lead))
}

fn facts(known: &Known, roles: &str, zone: &TimeZone) -> Vec<Fact> {
    let at = known.account.last_sign_in_at.map_or("never".to_owned(), |at| format::moment(at, zone));
    let passkeys = format::counted(i64::try_from(known.passkeys).unwrap_or(0), "passkey");
    let factors = match (known.has_app, known.passkeys) {
        (false, 0) => "none".to_owned(),
        (true, 0) => "an authenticator app".to_owned(),
        (false, _) => passkeys,
        (true, _) => format!("an authenticator app and {passkeys}"),
    };
    let email = known.email.as_ref().map_or("none on record", |email| email.as_str());
    [
        Fact::some("User name", &*known.account.name),
        Fact::some("Name", &*known.account.display_name),
        Fact::some("E-mail", email),
        known.awaits.as_ref().and_then(|awaits| Fact::some("Waits for its confirmation", awaits.as_str())),
        Fact::some("Last sign-in", at),
        Fact::some("Second factor", factors),
        Fact::some("Roles", roles),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What can be done for the account.
fn deeds(known: &Known, base: &str) -> Vec<Block> {
    let at = |verb: &str| format!("{base}/{}/{verb}", known.account.name);
    let mut blocks = Vec::new();
    match known.standing {
        Standing::LockedOut(_) if known.email.is_some() => blocks.push(button(
            at("unlock"),
            "Mail the way back again",
            "Its owner signs in through the link of that message; the lock ends with it.",
        )),
        Standing::LockedOut(_) => {
            blocks.push(button(at("unlock"), "Unlock", "No address is on record, so the lock ends now."));
        }
        Standing::Inactive | Standing::Closed => {
            blocks.push(with_reason(
                at("open"),
                "Open it again",
                "open",
                "Make sure that the person still works there.",
            ));
        }
        Standing::Ended => blocks.push(Block::Text(
            "To come back".to_owned(),
            vec!["The person asks for access again; the approval opens the account.".to_owned()],
        )),
        Standing::Open | Standing::NoPassword => {}
    }
    let can_sign_in =
        matches!(known.standing, Standing::Open | Standing::NoPassword | Standing::LockedOut(_));
    if can_sign_in && known.email.is_none() {
        blocks.push(Block::Text(
            "Another password".to_owned(),
            vec![
                "No address is on record, so no link can be mailed. Give one below: it counts once its owner opened the link that is \
                 mailed there. Until then the operator of the registry sets a password on the server’s command line."
                    .to_owned(),
            ],
        ));
    } else if can_sign_in {
        let lead = if known.standing == Standing::NoPassword {
            "The link goes to the e-mail address above, and nowhere else. An earlier link ends."
        } else {
            "The password ends now, and so do all sessions. A link that sets another one goes to the e-mail address above, and \
             nowhere else. Second factors stay."
        };
        blocks.push(button(at("link"), "Mail a link that sets a password", lead));
    }
    if (known.has_app || known.passkeys > 0) && known.email.is_some() {
        blocks.push(with_reason(
            at("forget-factors"),
            "Take the second factors away",
            "forget-factors",
            "Only if they are lost: app, recovery codes, all passkeys and the connection with the organization’s sign-in. All \
             sessions end, and the person is told.",
        ));
    }
    blocks
}

/// The form that corrects the owner of an account.
fn to_correct(known: &Known, base: &str) -> Block {
    let email = known.email.as_ref().map_or("", |email| email.as_str());
    let address = Field::new("email", "E-mail", FieldKind::Email).with(email);
    let mut fields = vec![
        Field::text("name", "First and last name").with(&*known.owner.name),
        if known.email.is_some() { address } else { address.optional() },
    ];
    if known.email.is_some() {
        fields
            .push(Field::text("license_kind", "Kind of license").with(&*known.owner.license_kind).optional());
        fields.push(
            Field::text("license_number", "License number").with(&*known.owner.license_number).optional(),
        );
    }
    fields.push(
        Field::text("reason", "Why")
            .hint("In one line of at most 120 characters; kept in the audit")
            .called("reason-correct"),
    );
    Block::Form(FormView {
        heading: "Correct the person on record".to_owned(),
        lead: "Name and license hold at once. A new address counts once the link that is mailed there is opened; the address above \
               gets a message, and holds until then. Whoever changed the address mails no link for 72 hours: a colleague does."
            .to_owned(),
        action: format!("{base}/{}/correct", known.account.name),
        fields,
        button: "Correct it",
        is_quiet: true,
        ..FormView::default()
    })
}

fn with_reason(action: String, word: &'static str, id: &str, lead: &str) -> Block {
    Block::Form(FormView {
        heading: word.to_owned(),
        lead: lead.to_owned(),
        action,
        fields: vec![
            Field::text("reason", "Why")
                .hint("In one line of at most 120 characters; kept in the audit")
                .called(&format!("reason-{id}")),
        ],
        button: word,
        is_quiet: true,
        ..FormView::default()
    })
}

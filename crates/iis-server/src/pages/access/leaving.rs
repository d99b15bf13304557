//! `/admin/enrollment`: the enrollment of a site as its site administrator sees it, who may withdraw it (requirements 3.1).

use super::agreement::open;
use super::sheet::{
    Block, Field, FieldKind, FormView, Link, Sent, Sheet, moves, moves_outside, outside, refusal, said, typed,
};
use super::standing;
use crate::pages::sites;
use crate::pages::visitor::{Answer, Visitor, redirect};
use iis_model::access::Permission;
use iis_registry::Failure;
use iis_registry::enrollment::{self, State};

const HERE: &str = "/admin/enrollment";

/// What is said where the site has none, or another enrollment by now than the one that was shown.
const ANOTHER: Failure = Failure::Rule(
    "Nothing was withdrawn: the site has no enrollment, or another one since this page was opened.",
);

/// `GET /admin/enrollment`
pub(crate) async fn show(visitor: Visitor) -> Answer {
    let (_, own, opened) = open(&visitor, Permission::ApproveAccounts).await?;
    let mut sheet = Sheet::new("Site enrollment", "enroll");
    sheet.at = HERE;
    sheet.blocks.extend(own.choice(HERE).map(Block::Sites));
    let Some(opened) = opened else {
        sheet.lead =
            format!("{} was set up without an enrollment: there is nothing to withdraw.", own.site.name);
        let href = "/help/tickets/new?category=enrollment".to_owned();
        let link = Link { href, label: "Ask the Help Desk".to_owned() };
        sheet.blocks.push(Block::Links("To close the site", vec![link]));
        return Ok(sheet.answer(visitor));
    };
    let zone = &visitor.app.registry.identity.zone;
    sheet.lead = format!("{}. {}", own.site.name, standing::where_it_stands(&opened, zone));
    sheet.blocks.push(Block::Marks("Documents", standing::documents(&opened)));
    sheet.blocks.push(Block::Facts("The site", standing::facts(&opened, zone)));
    if opened.case.state != State::Withdrawn {
        let is_first = opened.case.is_first_of_known_site();
        let what = if is_first { "the agreement of " } else { "" };
        let follows = if is_first { vec![NOTHING_CLOSES.to_owned()] } else { consequences(&visitor) };
        sheet.blocks.push(Block::Text(format!("Withdraw {what}{}?", own.site.name), follows));
        sheet.blocks.push(Block::Form(FormView {
            action: sites::at("/admin/enrollment/withdraw", &own.site),
            fields: vec![
                Field::hidden("enrollment", opened.case.number.to_string()),
                Field::new("text", "Why", FieldKind::Area).hint("Staff of the registry read it"),
            ],
            button: if is_first { "Withdraw the agreement" } else { "Withdraw the site" },
            is_quiet: true,
            ..FormView::default()
        }));
    }
    sheet.blocks.extend(said(&outside(&opened.conversation), zone));
    let body = &opened.case.body;
    let own = [&*body.contact, &*body.administrator, &*visitor.session()?.account.name];
    sheet.blocks.push(moves(&moves_outside(&opened.moves, &own), standing::title, zone));
    Ok(sheet.answer(visitor))
}

/// What follows where the agreement is the first one of a site that was there before.
const NOTHING_CLOSES: &str = "The agreement is not approved yet, and the site works without it: it stays open. The agreement can be begun again.";

/// What follows.
fn consequences(visitor: &Visitor) -> Vec<String> {
    let days = visitor.app.registry.settled.closed_read_days;
    vec![
        format!(
            "The people of the site can read for {days} days and record nothing. Then they are locked out of it."
        ),
        "The contact of the enrollment and the site administrators get a message.".to_owned(),
        "What the site reported stays in the registry. A site that comes back enrolls anew.".to_owned(),
    ]
}

/// `POST /admin/enrollment/withdraw`
pub(crate) async fn withdraw(Sent { visitor, form }: Sent) -> Answer {
    let (granted, own, opened) = open(&visitor, Permission::ApproveAccounts).await?;
    let here = sites::at(HERE, &own.site);
    let opened = opened.filter(|opened| typed(&form, "enrollment").parse() == Ok(opened.case.number));
    let Some(opened) = opened else { return refusal(visitor, ANOTHER, ("Site enrollment", &here)) };
    let (registry, number) = (&visitor.app.registry, opened.case.number);
    match enrollment::end(registry, &granted, number, typed(&form, "text"), visitor.arrival).await {
        // the site is closed by now, and this page shows none that is
        Ok(()) => Ok(redirect("/?done=withdrawn")),
        Err(failure) => refusal(visitor, failure, ("Site enrollment", &here)),
    }
}

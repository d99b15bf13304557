//! `/help/enrollments`: staff review enrollments in the order received, verify scans, and decide.

use super::applying::Done;
use super::papers;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Sent, Sheet, TableView, moves, quiet_button, refusal, said,
    typed,
};
use super::standing::{self, documents, facts, kind_title, title};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_model::organization::Site;
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::cases::Party;
use iis_registry::enrollment::{
    self, Decision, Enrollment, Joins, Named, Namesake, Opened, Paper, Signature, State, Suspension,
};

/// `GET /help/enrollments`
pub(crate) async fn queue(visitor: Visitor) -> Answer {
    visitor.granted(Permission::ViewEnrollments)?;
    let registry = &visitor.app.registry;
    let open = enrollment::queue(registry).await.map_err(|failure| visitor.failed(&failure))?;
    let zone = &registry.identity.zone;
    let row = |case: &Enrollment| {
        vec![
            Cell::link(case.number.to_string(), format!("/help/enrollments/{}", case.number)),
            Cell::text(&*case.body.site),
            Cell::text(&*case.body.organization),
            Cell::text(kind_title(case.body.kind)),
            Cell::text(case.received_at.map(|at| format::moment(at, zone)).unwrap_or_default()),
            Cell::text(case.state.title()),
        ]
    };
    let mut sheet = Sheet::new("Enrollments", "enrollments");
    sheet.at = "/help/enrollments";
    sheet.lead =
        "Sites whose documents are complete and signed, or whose scans wait for you, in the order received."
            .into();
    sheet.blocks = vec![Block::Table(TableView {
        id: "enrollments",
        caption: format!(
            "{}, the oldest first",
            format::counted(i64::try_from(open.len()).unwrap_or(0), "enrollment")
        ),
        heads: &["Enrollment", "Site", "Organization", "Kind", "Received", "State"],
        rows: open.iter().map(row).collect(),
        nothing: "No enrollment waits for staff.",
    })];
    let awaited = enrollment::awaited(registry).await.map_err(|failure| visitor.failed(&failure))?;
    sheet.blocks.extend((!awaited.is_empty()).then(|| Block::Table(without_administrator(&awaited))));
    Ok(sheet.answer(visitor))
}

/// The enrolled sites that wait for their site administrator, and for what.
fn without_administrator(awaited: &[(Enrollment, Named)]) -> TableView {
    let row = |(case, named): &(Enrollment, Named)| {
        let what = standing::administrator(named, &case.body.administrator, true).unwrap_or_default();
        vec![
            Cell::link(case.number.to_string(), format!("/help/enrollments/{}", case.number)),
            Cell::text(&*case.body.site),
            Cell::text(what),
        ]
    };
    TableView {
        id: "awaited",
        caption: "Enrolled, and the site administrator is not there yet".to_owned(),
        heads: &["Enrollment", "Site", "What it waits for"],
        rows: awaited.iter().map(row).collect(),
        nothing: "",
    }
}

/// `GET /help/enrollments/{number}`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    visitor.granted(Permission::ViewEnrollments)?;
    let registry = &visitor.app.registry;
    let opened = match number.parse() {
        Ok(number) => enrollment::opened(registry, number, visitor.arrival.at).await,
        Err(_) => Ok(None),
    };
    let Some(opened) = opened.map_err(|failure| visitor.failed(&failure))? else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    visitor.looks_at(Permission::ViewEnrollments, Look::Enrollment(opened.case.number)).await?;
    let zone = &registry.identity.zone;
    let mut sheet = Sheet::new(format!("Enrollment {}", opened.case.number), "enrollments");
    sheet.at = "/help/enrollments";
    sheet.below = Some(("Enrollments", "/help/enrollments"));
    sheet.lead = opened.case.state.title().into();
    let named =
        enrollment::named(registry, &opened.case).await.map_err(|failure| visitor.failed(&failure))?;
    sheet.notice = (!done.done.is_empty())
        .then(|| Notice { kind: "success", text: "Done. The site gets a message.".to_owned() });
    sheet.blocks.push(Block::Facts("What was written", facts(&opened, zone)));
    let alike = enrollment::sites_of_same_name(registry, &opened.case).await;
    let alike = alike.map_err(|failure| visitor.failed(&failure))?;
    sheet.blocks.extend((!alike.is_empty()).then(|| Block::Table(of_same_name(&alike))));
    let administrator = standing::administrator(&named, &opened.case.body.administrator, true);
    sheet
        .blocks
        .extend(administrator.map(|text| Block::Text("The site administrator".to_owned(), vec![text])));
    sheet.blocks.push(Block::Marks("Documents", documents(&opened)));
    if !opened.papers.is_empty() {
        let here = format!("/help/enrollments/{}", opened.case.number);
        sheet.blocks.push(Block::Links("Papers", papers::links(&opened, &here)));
    }
    if visitor.may(Permission::ReviewEnrollments) {
        sheet.blocks.extend(scans(&opened));
        let at = format!("/help/enrollments/{}/letter", opened.case.number);
        let lead = "If the site has lost the link to its page. It goes to the address of the contact.";
        sheet.blocks.push(quiet_button(at, "Mail the link again", lead));
    }
    if let Some(site) = opened.site.as_ref().filter(|_| opened.case.is_first_of_known_site()) {
        sheet.blocks.insert(0, Block::Alert(Notice { kind: "info", text: first_of(site) }));
    }
    if visitor.may(Permission::ApproveEnrollments) {
        let joins = enrollment::joins(registry, &opened.case).await;
        let joins = joins.map_err(|failure| visitor.failed(&failure))?;
        sheet.blocks.extend(decisions(&opened, joins.as_ref(), (&named, registry.settled.closed_read_days)));
    }
    sheet.blocks.extend(said(&opened.conversation, zone));
    sheet.blocks.push(moves(&opened.moves, title, zone));
    Ok(sheet.answer(visitor))
}

/// What is said of the first agreement of a site that is there.
fn first_of(site: &Site) -> String {
    format!(
        "This is the first agreement of a site that is there: {}, code {}. Approving it makes no other site. Until then the site works \
         as it did; denying or ending this closes nothing.",
        site.name, site.code
    )
}

/// The sites that are called alike, so that nobody takes one for the other.
fn of_same_name(alike: &[Namesake]) -> TableView {
    let row =
        |one: &Namesake| vec![Cell::text(&*one.site), Cell::text(&*one.organization), Cell::text(&*one.code)];
    TableView {
        id: "alike",
        caption: "Sites of this name are here already: is it one of them?".to_owned(),
        heads: &["Site", "Organization", "Code"],
        rows: alike.iter().map(row).collect(),
        nothing: "",
    }
}

/// A form for each scan that nobody has looked at.
fn scans(opened: &Opened) -> Vec<Block> {
    let waits = |paper: &&Paper| matches!(paper.signature, Signature::Scan { verified: None, .. });
    let waits = opened.papers.iter().filter(waits);
    let verdicts = [("yes", "Complete and signed"), ("no", "Not accepted")];
    waits
        .map(|paper| {
            let verdicts = verdicts.map(|(value, label)| (value.to_owned(), label.to_owned()));
            Block::Form(FormView {
                heading: format!("Scan of the {}", paper.kind.title().to_lowercase()),
                action: format!("/help/enrollments/{}/verify", opened.case.number),
                fields: vec![
                    Field::hidden("n", paper.n.to_string()),
                    Field::choice("verdict", "The scan is", FieldKind::Radio, verdicts, "")
                        .called(&format!("verdict-{}", paper.n)),
                    Field::text("text", "What is wrong").called(&format!("text-{}", paper.n)).optional(),
                ],
                button: "Save",
                ..FormView::default()
            })
        })
        .collect()
}

fn decisions(opened: &Opened, joins: Option<&Joins>, (named, days): (&Named, u16)) -> Vec<Block> {
    let at = |verb: &str| format!("/help/enrollments/{}/decide/{verb}", opened.case.number);
    let reason = |verb: &str, heading: &str, word: &'static str| {
        Block::Form(FormView {
            heading: heading.to_owned(),
            action: at(verb),
            fields: vec![
                Field::new("text", "What the site reads", FieldKind::Area).called(&format!("text-{verb}")),
            ],
            button: word,
            is_quiet: true,
            ..FormView::default()
        })
    };
    let suspend = opened.is_site_open.then(|| {
        let reads = [
            ("yes", format!("read for {days} days")),
            ("no", "are locked out at once: it is misuse".to_owned()),
        ];
        let reads = reads.map(|(value, label)| (value.to_owned(), label));
        let mut form = reason("suspend", "Suspend the site", "Suspend");
        if let Block::Form(form) = &mut form {
            form.fields.push(Field::choice("reading", "Its people", FieldKind::Radio, reads, "yes"));
        }
        form
    });
    let is_awaited = matches!(named, Named::Trains(_) | Named::Hindered(_));
    let no_longer = is_awaited
        .then(|| reason("no-longer-wait", "Wait no longer for the site administrator", "Wait no longer"));
    let decisions = match opened.case.state {
        State::UnderReview => vec![
            opened.site.as_ref().map_or_else(|| approval(joins, at), |site| renewal(opened, site, at)),
            reason("send-back", "Send back", "Send back"),
            reason("deny", "Deny", "Deny"),
        ],
        State::Suspended => vec![reason("lift", "Lift the suspension", "Lift")],
        _ => Vec::new(),
    };
    let can_end = opened.case.state != State::Withdrawn;
    let end = can_end.then(|| reason("end", "End the enrollment", "End it"));
    decisions.into_iter().chain(no_longer).chain(suspend).chain(end).collect()
}

/// The form that approves the agreement of a site that is there, under the code that it has.
fn renewal(opened: &Opened, site: &Site, at: impl Fn(&str) -> String) -> Block {
    let which = if opened.case.is_first_of_known_site() { "first agreement" } else { "renewal" };
    Block::Form(FormView {
        heading: format!("Approve the {which} of {}", site.name),
        lead: format!("The site keeps its code {}.", site.code),
        action: at("renew"),
        button: "Approve",
        ..FormView::default()
    })
}

/// The form that approves: a site with a new organization, or a further one of an organization that is known.
fn approval(joins: Option<&Joins>, at: impl Fn(&str) -> String) -> Block {
    let (heading, lead, verb) = match joins {
        None => ("Approve".to_owned(), String::new(), "approve"),
        Some(Joins { organization, administrators }) => (
            format!("Approve as a further site of {organization}"),
            match administrators.as_slice() {
                [] => "An organization of this name exists and has no site administrator. Whom the form names becomes none by this: they \
                       get a message, ask for Site Administrator, and the Help Desk asks the organization before. Another organization \
                       needs another name: send the documents back."
                    .to_owned(),
                known => format!(
                    "An organization of this name exists. Its site administrators answer for the site and get a message: {}. \
                     Whom the form names is not made one. Ask them first, if in doubt; another organization needs another name: \
                     send the documents back.",
                    known.join(", ")
                ),
            },
            "join",
        ),
    };
    Block::Form(FormView {
        heading,
        lead,
        action: at(verb),
        fields: vec![
            Field::text("code", "Site code").hint("By which messages name the site"),
            Field::text("pin", "PIN").hint("Its number at the vaccine program").optional(),
        ],
        button: "Approve",
        ..FormView::default()
    })
}

/// `GET /help/enrollments/{number}/papers/{n}`: what was signed, or the scan that staff verify.
pub(crate) async fn paper(visitor: Visitor, Path((number, n)): Path<(String, String)>) -> Answer {
    let granted = visitor.granted(Permission::ViewEnrollments)?;
    let number = number.parse().map_err(|_| visitor.no_page(NoPage::NotFound))?;
    papers::fetched(&visitor, Party::Staff(&granted), number, &n).await
}

/// `POST /help/enrollments/{number}/letter`: the letter with the link goes to the site's address again.
pub(crate) async fn send_letter(Path(number): Path<String>, Sent { visitor, form: _ }: Sent) -> Answer {
    let granted = visitor.granted(Permission::ReviewEnrollments)?;
    let Ok(number) = number.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let sent = enrollment::mail_letter_again(&visitor.app.registry, &granted, number, visitor.arrival).await;
    answered(visitor, number, "letter", sent)
}

/// `POST /help/enrollments/{number}/verify`
pub(crate) async fn verify(Path(number): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::ReviewEnrollments)?;
    let Ok(number) = number.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let n = typed(&form, "n").parse().unwrap_or(0);
    let is_accepted = typed(&form, "verdict") == "yes";
    let (registry, at, text) = (&visitor.app.registry, visitor.arrival, typed(&form, "text"));
    let acted = enrollment::verify_scan(registry, &granted, number, n, is_accepted, text, at).await;
    answered(visitor, number, "verify", acted)
}

/// `POST /help/enrollments/{number}/decide/{verb}`
pub(crate) async fn act(
    Path((number, verb)): Path<(String, String)>,
    Sent { visitor, form }: Sent,
) -> Answer {
    let granted = visitor.granted(Permission::ApproveEnrollments)?;
    let Ok(number) = number.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let (registry, at, text) = (&visitor.app.registry, visitor.arrival, typed(&form, "text"));
    let decide = |decision| enrollment::decide(registry, &granted, number, decision, at);
    let acted = match verb.as_str() {
        "approve" | "join" => {
            let (code, pin) = (typed(&form, "code").into(), typed(&form, "pin"));
            let pin = (!pin.is_empty()).then(|| pin.into());
            let is_new = verb == "approve";
            decide(if is_new { Decision::Approve { code, pin } } else { Decision::Join { code, pin } }).await
        }
        "renew" => decide(Decision::Renew).await,
        "deny" => decide(Decision::Deny { reason: text.into() }).await,
        "send-back" => decide(Decision::SendBack { reason: text.into() }).await,
        "end" => enrollment::end(registry, &granted, number, text, at).await,
        "suspend" => {
            let is_locked = typed(&form, "reading") == "no";
            let what = if is_locked { Suspension::Locked } else { Suspension::Reading };
            enrollment::suspend(registry, &granted, number, what, text, at).await
        }
        "no-longer-wait" => enrollment::wait_no_longer(registry, &granted, number, text, at).await,
        "lift" => enrollment::suspend(registry, &granted, number, Suspension::Lifted, text, at).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    answered(visitor, number, &verb, acted)
}

fn answered(visitor: Visitor, number: i64, verb: &str, acted: Result<(), Failure>) -> Answer {
    let here = format!("/help/enrollments/{number}");
    match acted {
        Ok(()) => Ok(redirect(&format!("{here}?done={verb}"))),
        Err(failure) => refusal(visitor, failure, ("Back to the enrollment", &here)),
    }
}

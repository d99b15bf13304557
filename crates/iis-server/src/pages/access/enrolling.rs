//! `/enroll`: a site enrolls, signs both documents, sends them in, and sees where it stands.

use super::again::{self, Lost};
use super::applying::{Begun, Done};
use super::keyed;
use super::sheet::{
    Block, Field, FieldKind, FormView, Link, PublicSent, Sheet, Typed, button, moves, moves_outside, outside,
    quiet_button, refusal, refused, said, typed,
};
use super::standing::{before_sending, documents, facts, title, where_it_stands};
use super::{changing, files, papers, standing};
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicUpload;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_registry::Failure;
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, Changeable, Enrollment, Named, Opened, PaperKind, Shown, State};
use iis_registry::settled::Contact;

/// `GET /enroll`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(sheet(&visitor, &Typed::new(), Vec::new()).answer(visitor))
}

fn sheet(visitor: &Visitor, form: &Typed, problems: Vec<Problem>) -> Sheet {
    let mut sheet = Sheet::new("Enroll a site", "enroll");
    sheet.is_narrow = true;
    sheet.problems = problems;
    sheet.lead = "A clinic, pharmacy, hospital, school or childcare that is not enrolled begins here. The enrollment is complete \
                  when the letter of agreement and the site administrator form are both signed."
        .into();
    let email =
        Field::new("email", "Your e-mail", FieldKind::Email).with(typed(form, "email")).filled_by("email");
    let mut fields = changing::fields(form, Changeable::All);
    let after_contact = fields.iter().position(|field| field.name == "administrator").unwrap_or(fields.len());
    fields.insert(after_contact, email);
    fields.push(Field::hidden("once", visitor.once()));
    let lost = Link {
        href: "/enroll/sent".to_owned(),
        label: "The message did not come, or I lost its link".to_owned(),
    };
    sheet.blocks = vec![
        Block::Links("If you have begun already", vec![lost]),
        Block::Form(FormView {
            action: "/enroll".to_owned(),
            lead: "You get a message with the link to the enrollment’s page.".to_owned(),
            fields,
            button: "Save and send me the link",
            ..FormView::default()
        }),
    ];
    sheet.blocks.splice(0..0, again::no_mail(visitor));
    sheet
}

/// `POST /enroll`
pub(crate) async fn begin(PublicSent { visitor, form }: PublicSent) -> Answer {
    visitor.one_more_form()?;
    let email = typed(&form, "email").parse::<EmailAddress>();
    let (email, application) = match (email, changing::written(&form)) {
        (Ok(email), Ok(application)) => (email, application),
        (email, written) => {
            let wrong = Problem::of("email", "Enter an e-mail address, such as name@clinic.example.");
            let problems = email.is_err().then_some(wrong).into_iter();
            let problems = problems.chain(written.err().unwrap_or_default()).collect();
            return Ok(sheet(&visitor, &form, problems).answer(visitor));
        }
    };
    let arrival = visitor.arrival_once(typed(&form, "once"));
    match enrollment::begin(&visitor.app.registry, &email, application, arrival).await {
        Ok(number) => Ok(redirect(&format!("/enroll/sent?number={number}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&visitor, &form, vec![problem]).answer(visitor))
        }
    }
}

/// `GET /enroll/sent`
pub(crate) async fn sent(visitor: Visitor, Query(begun): Query<Begun>) -> Answer {
    let (lead, number) = match begun.number {
        0 => ("An enrollment goes on by the link in its message.".to_owned(), String::new()),
        number => (
            format!("Enrollment {number} is begun. Open the link in the message that we sent to you."),
            number.to_string(),
        ),
    };
    let form = Typed::from([("number".to_owned(), number)]);
    let said = ("Look into your mail", lead);
    Ok(again::sheet(&visitor, Lost::Enrollment, said, &form, Vec::new()).answer(visitor))
}

async fn open(visitor: &Visitor, number: &str, key: &str) -> Result<Opened, Stop> {
    let number = keyed::number(visitor, number)?;
    let found = enrollment::opened(&visitor.app.registry, number, visitor.arrival.at).await;
    let words = |opened: &Opened| Enrollment::key_words(number, &opened.case.email);
    keyed::by_key(visitor, found, words, key).await
}

/// `GET /enroll/{number}/{key}`: opening it from the message confirms the address.
pub(crate) async fn show(
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    if opened.case.body.confirmed_at.is_none() && !visitor.app.config.read_only {
        let confirmed =
            enrollment::confirm_address(&visitor.app.registry, opened.case.number, visitor.arrival).await;
        confirmed.map_err(|failure| visitor.failed(&failure))?;
    }
    let mut sheet = own_sheet(&visitor, &opened, &key);
    sheet.notice = notice(&done.done);
    sheet.blocks.extend(administrator(&visitor, &opened, &key).await?);
    Ok(sheet.answer(visitor))
}

/// The page of an enrollment for whoever has its key.
fn own_sheet(visitor: &Visitor, opened: &Opened, key: &str) -> Sheet {
    let registry = &visitor.app.registry;
    let (case, zone) = (&opened.case, &registry.identity.zone);
    let at = |verb: &str| format!("/enroll/{}/{key}/{verb}", case.number);
    let mut sheet = Sheet::new(format!("Enrollment {}", case.number), "enroll");
    sheet.lead = where_it_stands(opened, zone);
    sheet.blocks.push(Block::Marks("Documents", documents(opened)));
    for kind in opened.to_sign() {
        sheet.blocks.extend(if case.is_physicians(kind) {
            vec![physician_signs(kind)]
        } else {
            signing_form(kind, &enrollment::shown(registry, case, kind), case.number, at("sign"))
        });
        sheet.blocks.extend(opened.takes_scan().is_ok().then(|| scan_form(kind, &at)));
    }
    if case.can_be_sent_in() {
        sheet.blocks.push(button(at("submit"), "Send in", before_sending(opened)));
    }
    sheet.blocks.push(Block::Facts("The site", facts(opened, zone)));
    sheet.blocks.extend(changing::form(case, at("change")));
    if !opened.papers.is_empty() {
        let here = format!("/enroll/{}/{key}", case.number);
        sheet.blocks.push(Block::Links("Papers", papers::links(opened, &here)));
    }
    sheet.blocks.extend(said(&outside(&opened.conversation), zone));
    let own = [&*opened.case.body.contact, &*opened.case.body.administrator];
    sheet.blocks.push(moves(&moves_outside(&opened.moves, &own), title, zone));
    if case.state != State::Withdrawn && case.site_id.is_none() {
        sheet.blocks.push(quiet_button(
            at("withdraw"),
            "Withdraw this enrollment",
            "If the site does not want to enroll.",
        ));
    }
    sheet
        .blocks
        .push(Block::Text("Questions".to_owned(), vec![contact(registry.settled.contact(case.body.kind))]));
    sheet
}

/// How it stands with the site administrator whom the form names, and the link that may be mailed again.
async fn administrator(visitor: &Visitor, opened: &Opened, key: &str) -> Result<Vec<Block>, Stop> {
    let (registry, case) = (&visitor.app.registry, &opened.case);
    let named = enrollment::named(registry, case).await.map_err(|failure| visitor.failed(&failure))?;
    let Some(text) = standing::administrator(&named, &case.body.administrator, false) else {
        return Ok(Vec::new());
    };
    let mut blocks = vec![Block::Text("The site administrator".to_owned(), vec![text])];
    if named == Named::NoPassword {
        let lead = "If the link ran out, or the message did not come. It goes to the site administrator’s own address.";
        let at = format!("/enroll/{}/{key}/link", case.number);
        blocks.push(quiet_button(at, "Mail the site administrator a new link", lead));
    }
    Ok(blocks)
}

fn contact(contact: Contact) -> String {
    match contact {
        Contact::Enrollment => {
            "Clinics write to the enrollment contact: open a ticket, category Enrollment.".to_owned()
        }
        Contact::HelpDesk => "Schools and childcares write to the Help Desk: open a ticket.".to_owned(),
    }
}

/// Where the agreement of a program site is signed (S-54).
fn physician_signs(kind: PaperKind) -> Block {
    let text = "The signing physician of the site signs it, signed in, on the page Agreement. A scan that was signed on paper \
                can be sent here.";
    Block::Text(kind.title().to_owned(), vec![text.to_owned()])
}

/// The text of a document, and the form by which it is signed: it says of which enrollment, and which text was shown.
pub(super) fn signing_form(kind: PaperKind, shown: &Shown, number: i64, action: String) -> Vec<Block> {
    let paragraphs = shown.text.lines().skip(1).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let id = |name: &str| format!("{name}-{}", kind.word());
    vec![
        Block::Text(kind.title().to_owned(), paragraphs),
        Block::Form(FormView {
            lead: "By typing your name you sign the text above.".to_owned(),
            action,
            fields: vec![
                Field::hidden("kind", kind.word()),
                Field::hidden("enrollment", number.to_string()),
                Field::hidden("text_sha256", &*shown.sha256),
                Field::text("signer", "Your full name").called(&id("signer")).filled_by("name"),
                Field::text("title", "Your office").called(&id("title")).hint("Such as Medical director"),
            ],
            button: "Sign",
            ..FormView::default()
        }),
    ]
}

fn scan_form(kind: PaperKind, at: &impl Fn(&str) -> String) -> Block {
    let file = Field::new("file", "Scan: PDF, PNG or JPEG, at most 10 MB", FieldKind::File);
    Block::Form(FormView {
        lead: "Or sign it on paper and send a scan. It counts when staff have verified it.".to_owned(),
        action: at("scan"),
        fields: vec![Field::hidden("kind", kind.word()), file.called(&format!("file-{}", kind.word()))],
        button: "Send the scan",
        is_quiet: true,
        is_upload: true,
        ..FormView::default()
    })
}

fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "scan" => "The scan is here. Staff look at it when the enrollment is sent in.",
        "change" => "Saved. A document that says something else by that is signed again.",
        "sign" => "Signed. You can fetch the signed paper below.",
        "submit" => "Sent in.",
        "withdraw" => "Withdrawn.",
        "link" => "A new link is on its way to the site administrator, and the user name in another message.",
        _ => return None,
    };
    Some(Notice { kind: "success", text: text.to_owned() })
}

/// `POST /enroll/{number}/{key}/{verb}`
pub(crate) async fn act(
    Path((number, key, verb)): Path<(String, String, String)>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    visitor.one_more_form()?;
    let opened = open(&visitor, &number, &key).await?;
    let (registry, at, number) = (&visitor.app.registry, visitor.arrival, opened.case.number);
    let acted = match verb.as_str() {
        "sign" => match sign(&visitor, &opened, &form).await? {
            Err(failure) => {
                let problem = refused(&visitor, failure)?;
                let at = format!("/enroll/{number}/{key}/sign");
                return Ok(own_sheet(&visitor, &opened, &key).refilled(&at, &form, problem).answer(visitor));
            }
            signed => signed,
        },
        "change" => match change(&visitor, &opened, &form).await? {
            Ok(()) => Ok(()),
            Err((first, others)) => {
                let at = format!("/enroll/{number}/{key}/change");
                let mut sheet = own_sheet(&visitor, &opened, &key).refilled(&at, &form, first);
                sheet.problems.extend(others);
                return Ok(sheet.answer(visitor));
            }
        },
        "submit" => enrollment::submit(registry, number, at).await.map(drop),
        "withdraw" => enrollment::withdraw(registry, number, at).await,
        "link" => enrollment::mail_link_again(registry, number, &crate::clock::secret(), at).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    let here = format!("/enroll/{number}/{key}");
    match acted {
        Ok(()) => Ok(redirect(&format!("{here}?done={verb}"))),
        Err(failure) => refusal(visitor, failure, ("Back to the enrollment", &here)),
    }
}

/// Changes what was written; what was wrong with it, to be shown with the form.
async fn change(
    visitor: &Visitor,
    opened: &Opened,
    form: &Typed,
) -> Result<Result<(), (Problem, Vec<Problem>)>, Stop> {
    let application = match changing::written(&changing::completed(&opened.case, form)) {
        Ok(application) => application,
        Err(problems) => {
            let mut problems = problems.into_iter();
            return Ok(problems.next().map_or(Ok(()), |first| Err((first, problems.collect()))));
        }
    };
    let (registry, number) = (&visitor.app.registry, opened.case.number);
    Ok(match enrollment::change(registry, number, application, visitor.arrival).await {
        Ok(()) => Ok(()),
        Err(failure) => Err((refused(visitor, failure)?, Vec::new())),
    })
}

async fn sign(visitor: &Visitor, opened: &Opened, form: &Typed) -> Result<Result<(), Failure>, Stop> {
    match opened.takes_paper() {
        Ok(()) => papers::sign(visitor, Party::KeyHolder, &opened.case, form).await,
        refused => Ok(refused),
    }
}

/// `POST /enroll/{number}/{key}/scan`
pub(crate) async fn scan(
    Path((number, key)): Path<(String, String)>,
    PublicUpload { visitor, form, content, .. }: PublicUpload,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    let Some(kind) = PaperKind::of_word(typed(&form, "kind")) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let number = opened.case.number;
    let here = format!("/enroll/{number}/{key}");
    if let Err(refused) = opened.takes_scan() {
        return refusal(visitor, refused, ("Back to the enrollment", &here));
    }
    let upload = files::received(&visitor, content).await;
    match enrollment::upload(&visitor.app.registry, number, kind, upload, visitor.arrival).await {
        Ok(()) => Ok(redirect(&format!("{here}?done=scan"))),
        Err(failure) => refusal(visitor, failure, ("Back to the enrollment", &here)),
    }
}

/// `GET /enroll/{number}/{key}/papers/{n}`: what was signed, or the scan that was sent.
pub(crate) async fn paper(
    visitor: Visitor,
    Path((number, key, n)): Path<(String, String, String)>,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    papers::fetched(&visitor, Party::KeyHolder, opened.case.number, &n).await
}

//! `/request-access`: anybody asks for an account, and sees where the request stands and for whom it waits.

use super::sheet::{
    Block, Field, FieldKind, FormView, Link, Mark, PublicSent, Sheet, TableView, Typed, button, moves,
    quiet_button, refused, said, typed,
};
use super::sheet::{Cell, refusal};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_registry::cases::Keys;
use iis_registry::requests::{
    self, AccessType, Application, Asked, Gate, Opened, Party, Request, Standing, State, UserKind,
    access_types,
};
use serde::Deserialize;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub(crate) done: String,
}

/// `GET /request-access`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(sheet(&visitor, &Typed::new(), Vec::new()).answer(visitor))
}

fn sheet(visitor: &Visitor, form: &Typed, problems: Vec<Problem>) -> Sheet {
    let types = access_types(&visitor.app.registry.roles);
    let mut sheet = Sheet::new("Request an account", "access");
    sheet.lead = "Before you start: the required training is complete, your site is enrolled, and you know the name of your \
                  site administrator. Training, enrollment and account are three things with three ways in."
        .into();
    sheet.problems = problems;
    let before = [("/training", "Training: courses and your training record"), ("/enroll", "Enroll a site")];
    let links = before.map(|(href, label)| Link { href: href.to_owned(), label: label.to_owned() });
    sheet.blocks = vec![
        Block::Links("If one of these is missing", links.into()),
        Block::Table(table_of_types(&types)),
        Block::Form(FormView {
            heading: "Your request".to_owned(),
            lead: "You get a message with a link. It confirms your address and shows what is still needed."
                .to_owned(),
            action: "/request-access".to_owned(),
            fields: fields(&types, form),
            button: "Save and send me the link",
            ..FormView::default()
        }),
    ];
    sheet
}

fn fields(types: &[AccessType], form: &Typed) -> Vec<Field> {
    let value = |name: &str| typed(form, name).to_owned();
    let kinds = UserKind::ALL.iter().map(|kind| (kind.word().to_owned(), kind.title().to_owned()));
    let yes_no = [("yes", "Yes"), ("no", "No")].map(|(value, label)| (value.to_owned(), label.to_owned()));
    let roles = types.iter().map(|row| (row.role.to_string(), row.title.to_string()));
    let roles = std::iter::once((String::new(), "Choose".to_owned())).chain(roles);
    vec![
        Field::text("name", "First and last name").with(value("name")).filled_by("name"),
        Field::new("email", "E-mail", FieldKind::Email)
            .with(value("email"))
            .hint("Your work address: links and lock-out messages go there")
            .filled_by("email"),
        Field::choice("user_kind", "Are you a", FieldKind::Radio, kinds, typed(form, "user_kind")),
        Field::choice("vaccinates", "Do you vaccinate?", FieldKind::Radio, yes_no, typed(form, "vaccinates")),
        Field::choice("role", "Type of access", FieldKind::Select, roles, typed(form, "role"))
            .hint("The table above says which one you need"),
        Field::text("site", "Clinic, school or office")
            .with(value("site"))
            .hint("Its name or its code")
            .filled_by("organization"),
        Field::text("administrator", "Site administrator")
            .with(value("administrator"))
            .hint("Who approves the accounts of your organization"),
        Field::text("jurisdiction", "Jurisdiction")
            .with(value("jurisdiction"))
            .hint("For a health department: its county, health district or town")
            .optional(),
        Field::text("license_kind", "Kind of license")
            .with(value("license_kind"))
            .hint("Such as MD, DO, PA, APRN, RN")
            .optional(),
        Field::text("license_number", "License number").with(value("license_number")).optional(),
    ]
}

fn table_of_types(types: &[AccessType]) -> TableView {
    let row = |row: &AccessType| {
        vec![Cell::text(&*row.title), Cell::text(&*row.purpose), Cell::text(row.modules.join(", "))]
    };
    TableView {
        id: "types",
        caption: "Which one do I need?".to_owned(),
        heads: &["Type of access", "If you are", "You will have access to"],
        rows: types.iter().map(row).collect(),
        nothing: "No type of access is offered.",
    }
}

fn application(form: &Typed) -> Result<(EmailAddress, Application), Vec<Problem>> {
    let mut problems = Vec::new();
    let email = typed(form, "email").parse::<EmailAddress>();
    if email.is_err() {
        problems.push(Problem::of("email", "Enter an e-mail address, such as name@clinic.example."));
    }
    let user_kind = UserKind::of_word(typed(form, "user_kind"));
    if user_kind.is_none() {
        problems.push(Problem::of("user_kind", "Say whether you are a general or a school user."));
    }
    let vaccinates = typed(form, "vaccinates");
    if !matches!(vaccinates, "yes" | "no") {
        problems.push(Problem::of("vaccinates", "Say whether you vaccinate."));
    }
    if typed(form, "role").is_empty() {
        problems.push(Problem::of("role", "Choose the type of access."));
    }
    match (email, user_kind) {
        (Ok(email), Some(user_kind)) if problems.is_empty() => Ok((
            email,
            Application {
                name: typed(form, "name").into(),
                user_kind,
                vaccinates: vaccinates == "yes",
                role: typed(form, "role").into(),
                site: typed(form, "site").into(),
                jurisdiction: typed(form, "jurisdiction").into(),
                license_kind: typed(form, "license_kind").into(),
                license_number: typed(form, "license_number").into(),
                administrator: typed(form, "administrator").into(),
                confirmed_at: None,
                license_verified: None,
                enrollment: None,
                adds_to: None,
                taken_by: "".into(),
                reminders: 0,
            },
        )),
        _ => Err(problems),
    }
}

/// `POST /request-access`
pub(crate) async fn begin(PublicSent { visitor, form }: PublicSent) -> Answer {
    let (email, application) = match application(&form) {
        Ok(read) => read,
        Err(problems) => return Ok(sheet(&visitor, &form, problems).answer(visitor)),
    };
    match requests::begin(&visitor.app.registry, &email, application, visitor.arrival).await {
        Ok(number) => Ok(redirect(&format!("/request-access/sent?number={number}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&visitor, &form, vec![problem]).answer(visitor))
        }
    }
}

/// The number of what was begun.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Begun {
    #[serde(default)]
    pub(crate) number: i64,
}

/// `GET /request-access/sent`
pub(crate) async fn sent(visitor: Visitor, Query(begun): Query<Begun>) -> Answer {
    let mut sheet = Sheet::new("Look into your mail", "access");
    sheet.is_narrow = true;
    let demo = visitor.app.config.has_mailbox();
    sheet.lead = format!(
        "Request {} is saved as a draft. We sent a message with a link to the address you gave. Open it to go on.",
        begun.number
    );
    if demo {
        let link = Link { href: "/mailbox".to_owned(), label: "Mailbox of the demonstration".to_owned() };
        sheet.blocks.push(Block::Links("In this demonstration", vec![link]));
    }
    Ok(sheet.answer(visitor))
}

/// The request of a status page, if the key opens it.
async fn open(visitor: &Visitor, number: &str, key: &str) -> Result<Opened, Stop> {
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let nothing = || visitor.no_page(NoPage::NotFound);
    let number: i64 = number.parse().map_err(|_| nothing())?;
    let keys = Keys::of(registry, visitor.arrival).await.map_err(failed)?;
    let opened = requests::opened(registry, number, visitor.arrival.at).await.map_err(failed)?;
    let opened = opened.ok_or_else(nothing)?;
    let words = Request::key_words(number, &opened.case.email);
    if keys.opens(&words.each_ref().map(String::as_str), key) { Ok(opened) } else { Err(nothing()) }
}

/// `GET /request-access/{number}/{key}`: opening it from the message confirms the address.
pub(crate) async fn status(
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    let mut opened = open(&visitor, &number, &key).await?;
    if opened.case.body.confirmed_at.is_none() && !visitor.app.config.read_only {
        let registry = &visitor.app.registry;
        let confirmed = requests::confirm_address(registry, opened.case.number, visitor.arrival).await;
        confirmed.map_err(|failure| visitor.failed(&failure))?;
        opened = open(&visitor, &number, &key).await?;
    }
    Ok(status_sheet(&visitor, &opened, &key, &done.done, Vec::new()).answer(visitor))
}

fn status_sheet(visitor: &Visitor, opened: &Opened, key: &str, done: &str, problems: Vec<Problem>) -> Sheet {
    let (registry, case) = (&visitor.app.registry, &opened.case);
    let zone = &registry.identity.zone;
    let at = |verb: &str| format!("/request-access/{}/{key}/{verb}", case.number);
    let mut sheet = Sheet::new(format!("Request {}", case.number), "access");
    sheet.lead = where_it_stands(opened, zone);
    sheet.problems = problems;
    sheet.notice = notice(done);
    if registry.settled.is_personal(&case.email) {
        let text = "This is not a work address. Your administrator may not know it, and you lose it when you change providers.";
        sheet.blocks.push(Block::Alert(Notice { kind: "warning", text: text.to_owned() }));
    }
    sheet.blocks.push(Block::Marks("Where it stands", steps(opened)));
    sheet.blocks.push(Block::Facts(
        "What you asked for",
        facts(opened, registry.roles.get(&case.body.role).map_or("", |role| &role.title), zone),
    ));
    if matches!(
        case.state,
        State::Draft | State::Returned | State::WaitingEnrollment | State::InQueue | State::InReview
    ) {
        sheet.blocks.push(Block::Marks("What is required", opened.gates.iter().map(mark).collect()));
    }
    if matches!(case.state, State::Draft | State::Returned) {
        sheet.blocks.push(button(at("submit"), "Send in", ""));
        let form = typed_of(&case.body, &case.email);
        let fields = fields(&access_types(&registry.roles), &form);
        sheet.blocks.push(Block::Form(FormView {
            heading: "Change".to_owned(),
            action: at("change"),
            fields: fields.into_iter().filter(|field| field.name != "email").collect(),
            button: "Save the change",
            is_quiet: true,
            ..FormView::default()
        }));
    }
    sheet.blocks.extend(said(&opened.conversation, zone));
    sheet.blocks.push(moves(&opened.moves, title, zone));
    if !matches!(
        case.state,
        State::Denied | State::Expired | State::Withdrawn | State::Active | State::Provisioned
    ) {
        sheet.blocks.push(quiet_button(
            at("withdraw"),
            "Withdraw this request",
            "If you no longer need the account.",
        ));
    }
    let ask = Link { href: "/help/tickets/new".to_owned(), label: "Ask the Help Desk a question".to_owned() };
    sheet.blocks.push(Block::Links("Help", vec![ask]));
    sheet
}

pub(super) fn title(word: &str) -> &'static str {
    State::of_word(word).map_or("", State::title)
}

/// Where a request stands, and for whom it waits, in a sentence.
fn where_it_stands(opened: &Opened, zone: &jiff::tz::TimeZone) -> String {
    let by = opened.due.map(|due| format::moment(due, zone)).unwrap_or_default();
    match opened.case.state {
        State::Draft => "A draft. Nobody reads it before you send it in.".to_owned(),
        State::WaitingEnrollment => {
            "Received. It waits for the enrollment of your site, and keeps its place.".to_owned()
        }
        State::InQueue => format!(
            "Received. {} before yours. The Help Desk reads requests in the order received, usually within 2 business days: by {by}.",
            format::sentence_case(&format::counted(i64::try_from(opened.before).unwrap_or(0), "request"))
        ),
        State::InReview => format!("The Help Desk reads it now, usually done by {by}."),
        State::Returned => {
            "Returned for correction. It keeps its place in the queue; the clock stands.".to_owned()
        }
        State::AwaitingAdministrator => "It waits for your site administrator, who got a message.".to_owned(),
        State::Approved | State::Provisioned => {
            "Approved. Your user name and the link that sets your password came in two messages.".to_owned()
        }
        State::Denied => "Denied. The reason stands below.".to_owned(),
        State::Expired => {
            "Expired: the site administrator did not answer. Ask again, or ask the Help Desk.".to_owned()
        }
        State::Active => "Done: you can sign in.".to_owned(),
        State::Withdrawn => "You withdrew it.".to_owned(),
    }
}

/// The steps of the tracker.
fn steps(opened: &Opened) -> Vec<Mark> {
    const STEPS: [(&str, &[State]); 5] = [
        ("Sent in", &[State::Draft]),
        ("In the queue", &[State::WaitingEnrollment, State::InQueue, State::Returned]),
        ("Help Desk check", &[State::InReview]),
        ("Site administrator", &[State::AwaitingAdministrator]),
        ("User name, then password link", &[State::Approved, State::Provisioned]),
    ];
    let state = opened.case.state;
    let now = STEPS.iter().position(|(_, states)| states.contains(&state));
    let now = now.unwrap_or(if state == State::Active { STEPS.len() } else { 0 });
    let mark = |(at, (text, _)): (usize, &(&str, &[State]))| {
        let (look, word) = match at.cmp(&now) {
            std::cmp::Ordering::Less => ("good", "✓ Done"),
            std::cmp::Ordering::Equal => ("now", "● Now"),
            std::cmp::Ordering::Greater => ("later", "◌ Not started"),
        };
        Mark { look, word: word.to_owned(), text: (*text).to_owned() }
    };
    STEPS.iter().enumerate().map(mark).collect()
}

/// A gate as a mark for the applicant: open, waiting for somebody, or refused.
pub(super) fn mark(gate: &Gate) -> Mark {
    mark_for(gate, Party::title)
}

/// The same for the Help Desk, to whom the applicant is somebody else.
pub(super) fn mark_for_desk(gate: &Gate) -> Mark {
    mark_for(gate, |party| if party == Party::Applicant { "the applicant" } else { party.title() })
}

fn mark_for(gate: &Gate, called: impl Fn(Party) -> &'static str) -> Mark {
    let (look, word) = match gate.standing {
        Standing::Open => ("good", "✓ Complete".to_owned()),
        Standing::Waits(party) => ("waiting", format!("‖ Waiting for {}", called(party))),
        Standing::Refuses => ("bad", "✗ Refused".to_owned()),
    };
    Mark { look, word, text: gate.words.clone() }
}

pub(super) fn facts(opened: &Opened, role: &str, zone: &jiff::tz::TimeZone) -> Vec<Fact> {
    let (case, body) = (&opened.case, &opened.case.body);
    let site = if opened.site.is_empty() { &body.site } else { &opened.site };
    let license = format!("{} {}", body.license_kind, body.license_number);
    [
        Fact::some("Name", &*body.name),
        Fact::some("E-mail", case.email.as_str()),
        Fact::some("Type of access", role),
        Fact::some("Site", &**site),
        Fact::some("Jurisdiction", &*body.jurisdiction),
        Fact::some("User", body.user_kind.title()),
        Fact::some("Vaccinates", if body.vaccinates { "yes" } else { "no" }),
        Fact::some("License", license.trim()),
        Fact::some("Site administrator", &*body.administrator),
        Fact::some("Received", case.received_at.map(|at| format::moment(at, zone)).unwrap_or_default()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn typed_of(body: &Application, email: &EmailAddress) -> Typed {
    [
        ("name", &*body.name),
        ("email", email.as_str()),
        ("user_kind", body.user_kind.word()),
        ("vaccinates", if body.vaccinates { "yes" } else { "no" }),
        ("role", &*body.role),
        ("site", &*body.site),
        ("jurisdiction", &*body.jurisdiction),
        ("administrator", &*body.administrator),
        ("license_kind", &*body.license_kind),
        ("license_number", &*body.license_number),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn notice(done: &str) -> Option<Notice> {
    let (kind, text) = match done {
        "submit" => ("success", "Sent in. You get a message when there is news."),
        "change" => ("success", "Saved."),
        "withdraw" => ("info", "Withdrawn."),
        _ => return None,
    };
    Some(Notice { kind, text: text.to_owned() })
}

/// `POST /request-access/{number}/{key}/{verb}`
pub(crate) async fn act(
    Path((number, key, verb)): Path<(String, String, String)>,
    PublicSent { visitor, mut form }: PublicSent,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    let (registry, at, number) = (&visitor.app.registry, visitor.arrival, opened.case.number);
    let here = format!("/request-access/{number}/{key}");
    let acted = match verb.as_str() {
        "submit" => match requests::submit(registry, number, at).await {
            Ok(Asked::Received(_)) => Ok(()),
            Ok(Asked::Held(gates)) => {
                let waits = gates.iter().filter(|gate| gate.standing != Standing::Open);
                let waits = waits.filter(|gate| !requests::lets_submit(std::slice::from_ref(gate)));
                let problems = waits.map(|gate| Problem::of("", gate.words.clone())).collect();
                return Ok(status_sheet(&visitor, &opened, &key, "", problems).answer(visitor));
            }
            Err(failure) => Err(failure),
        },
        "withdraw" => requests::withdraw(registry, number, at).await,
        "change" => {
            form.insert("email".to_owned(), opened.case.email.to_string());
            match application(&form) {
                Ok((_, application)) => requests::change(registry, number, application, at).await,
                Err(problems) => {
                    return Ok(status_sheet(&visitor, &opened, &key, "", problems).answer(visitor));
                }
            }
        }
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    match acted {
        Ok(()) => Ok(redirect(&format!("{here}?done={verb}"))),
        Err(failure) => refusal(visitor, failure, ("Back to the request", &here)),
    }
}

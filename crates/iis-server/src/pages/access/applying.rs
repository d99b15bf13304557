//! `/request-access`: anybody asks for an account.

use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, PublicSent, Sheet, TableView, Typed, refused, typed,
};
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Visitor, redirect};
use axum::extract::Query;
use iis_model::EmailAddress;
use iis_registry::requests::{self, AccessType, Application, UserKind, access_types};
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

pub(super) fn fields(types: &[AccessType], form: &Typed) -> Vec<Field> {
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

pub(super) fn application(form: &Typed) -> Result<(EmailAddress, Application), Vec<Problem>> {
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

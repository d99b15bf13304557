//! `/request-access`: anybody asks for an account.

use super::again::{self, Lost};
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, PublicSent, Sheet, TableView, Typed, refused, typed,
};
use super::standing::kind_title;
use crate::pages::format;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use crate::rate_limit::address_key;
use axum::extract::{ConnectInfo, Query};
use iis_model::EmailAddress;
use iis_registry::requests::{self, AccessType, Application, Place, Places, UserKind, access_types};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub(crate) done: String,
}

/// `GET /request-access`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(sheet(&visitor, &Typed::new(), None, Vec::new()).answer(visitor))
}

fn sheet(visitor: &Visitor, form: &Typed, meant: Option<&Places>, problems: Vec<Problem>) -> Sheet {
    let types = access_types(&visitor.app.registry.roles);
    let mut sheet = Sheet::new("Request an account", "access");
    sheet.lead = "Before you start: the required training is complete, your site is enrolled, and you know the name of your \
                  site administrator. Training, enrollment and account are three things with three ways in."
        .into();
    sheet.problems = problems;
    let before = [("/training", "Training: courses and your training record"), ("/enroll", "Enroll a site")];
    let link = |(href, label): (&str, &str)| Link { href: href.to_owned(), label: label.to_owned() };
    let once = Field::hidden("once", visitor.once());
    let lost = ("/request-access/sent", "The message did not come, or I lost its link");
    sheet.blocks = vec![
        Block::Links("If one of these is missing", before.map(link).into()),
        Block::Links("If you have asked already", vec![link(lost)]),
        Block::Table(table_of_types(&types)),
        Block::Form(FormView {
            heading: "Your request".to_owned(),
            lead: "You get a message with a link. It confirms your address and shows what is still needed."
                .to_owned(),
            action: "/request-access".to_owned(),
            fields: fields_with(&types, form, meant).into_iter().chain([once]).collect(),
            button: "Save and send me the link",
            ..FormView::default()
        }),
    ];
    sheet.blocks.splice(0..0, again::no_mail(visitor));
    sheet
}

/// The sites that may be meant by what was typed, for a form that is shown again.
async fn meant(visitor: &Visitor, form: &Typed) -> Result<Option<Places>, Stop> {
    if !typed(form, "site_code").is_empty() {
        return Ok(None); // chosen, or none of them
    }
    let Some(kind) = UserKind::of_word(typed(form, "user_kind")) else { return Ok(None) };
    let found = requests::places(&visitor.app.registry, kind, typed(form, "site")).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    Ok(matches!(found, Places::Some(_) | Places::TooMany).then_some(found))
}

/// What is said where a site is not named in full.
pub(super) fn which_site(meant: &Places) -> Problem {
    match meant {
        Places::Some(_) => {
            Problem::of("site_code", "Choose your site among those that we know by this name or town.")
        }
        _ => Problem::of(
            "site",
            "Many sites are called so. Enter more of its name with its town, or its code.",
        ),
    }
}

/// The choice among sites that may be meant.
fn choice_of(meant: &Places) -> Option<Field> {
    let Places::Some(places) = meant else { return None };
    let one = |place: &Place| {
        let town = if place.town.is_empty() { String::new() } else { format!(", {}", place.town) };
        (
            place.code.to_string(),
            format!("{}{town} ({})", place.name, format::lower_first(kind_title(place.kind))),
        )
    };
    let none = (NONE_OF_THEM.to_owned(), "None of these: my site enrolls first".to_owned());
    let choices = places.iter().map(one).chain(std::iter::once(none));
    Some(Field::choice("site_code", "Your site", FieldKind::Radio, choices, ""))
}

/// What the form says when no site that was offered is meant.
const NONE_OF_THEM: &str = "none";

/// The fields, with the choice of a site behind the one in which it was typed.
pub(super) fn fields_with(types: &[AccessType], form: &Typed, meant: Option<&Places>) -> Vec<Field> {
    let mut fields = fields(types, form);
    if let (Some(choice), Some(at)) =
        (meant.and_then(choice_of), fields.iter().position(|one| one.name == "site"))
    {
        fields.insert(at + 1, choice);
    }
    fields
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
            .hint("Its name, its name with its town, or its code")
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

pub(super) fn table_of_types(types: &[AccessType]) -> TableView {
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
    if let Some(kind) = user_kind
        && let Err(words) = requests::fits(kind, vaccinates == "yes", typed(form, "role"))
    {
        problems.push(Problem::of("role", words));
    }
    match (email, user_kind) {
        (Ok(email), Some(user_kind)) if problems.is_empty() => Ok((
            email,
            Application {
                vaccinates: vaccinates == "yes",
                jurisdiction: typed(form, "jurisdiction").into(),
                license_kind: typed(form, "license_kind").into(),
                license_number: typed(form, "license_number").into(),
                administrator: typed(form, "administrator").into(),
                ..Application::of(typed(form, "name"), user_kind, typed(form, "role"), site(form))
            },
        )),
        _ => Err(problems),
    }
}

/// The site that was chosen, or what was typed.
fn site(form: &Typed) -> &str {
    match typed(form, "site_code") {
        "" | NONE_OF_THEM => typed(form, "site"),
        code => code,
    }
}

/// `POST /request-access`
pub(crate) async fn begin(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    visitor.one_more_form()?;
    let (email, application) = match application(&form) {
        Ok(read) => read,
        Err(problems) => return Ok(sheet(&visitor, &form, None, problems).answer(visitor)),
    };
    if let Some(meant) = sought(&visitor, &form, peer.ip()).await? {
        let problem = which_site(&meant);
        return Ok(sheet(&visitor, &form, Some(&meant), vec![problem]).answer(visitor));
    }
    let arrival = visitor.arrival_once(typed(&form, "once"));
    match requests::begin(&visitor.app.registry, &email, application, arrival).await {
        Ok(number) => Ok(redirect(&format!("/request-access/sent?number={number}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&visitor, &form, None, vec![problem]).answer(visitor))
        }
    }
}

/// The sites that may be meant, shown so often to one network and no more: what is shown too often is a list of all. Beyond
/// that a site is taken as it was typed.
pub(super) async fn sought(visitor: &Visitor, form: &Typed, from: IpAddr) -> Result<Option<Places>, Stop> {
    let counted = format!("sites {}", address_key(from));
    if visitor.app.failures.exhausted(&counted, visitor.arrival.at) {
        return Ok(None);
    }
    let meant = meant(visitor, form).await?;
    if meant.is_some() {
        visitor.app.failures.failed(&counted, visitor.arrival.at);
    }
    Ok(meant)
}

/// The number of what was begun.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Begun {
    #[serde(default)]
    pub(crate) number: i64,
}

/// `GET /request-access/sent`
pub(crate) async fn sent(visitor: Visitor, Query(begun): Query<Begun>) -> Answer {
    let (lead, number) = match begun.number {
        0 => ("A request goes on by the link in its message.".to_owned(), String::new()),
        number => (
            format!(
                "Request {number} is saved as a draft. We sent a message with a link to the address of the request. Open it to \
                 go on."
            ),
            number.to_string(),
        ),
    };
    let form = Typed::from([("number".to_owned(), number)]);
    Ok(again::sheet(&visitor, Lost::Request, ("Look into your mail", lead), &form, Vec::new())
        .answer(visitor))
}

//! What a site writes of itself in an enrollment, as a form: when it begins, and when it is changed.

use super::sheet::{Block, Field, FieldKind, FormView, Typed, typed};
use super::standing::kind_title;
use crate::pages::frame::Problem;
use iis_model::organization::SiteKind;
use iis_registry::enrollment::{Application, Changeable, Enrollment, Outdated};

/// The fields of what can be written.
pub(super) fn fields(form: &Typed, what: Changeable) -> Vec<Field> {
    let value = |name: &str| typed(form, name).to_owned();
    let kinds = SiteKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind_title(*kind).to_owned()));
    let kinds = std::iter::once((String::new(), "Choose".to_owned())).chain(kinds);
    let program = [("yes", "Yes"), ("no", "No")].map(|(value, label)| (value.to_owned(), label.to_owned()));
    let is_new = what == Changeable::All;
    let mut fields = Vec::new();
    if is_new {
        fields = vec![
            Field::text("organization", "Organization").with(value("organization")).filled_by("organization"),
            Field::text("site", "Site").with(value("site")).hint("The clinic, school or office"),
            Field::choice("kind", "Kind of site", FieldKind::Select, kinds, typed(form, "kind")),
        ];
    }
    fields.push(
        Field::text("address", "Address").with(value("address")).hint("Street, city, ZIP code, in one line"),
    );
    fields.push(Field::text("contact", "Your name").with(value("contact")).filled_by("name"));
    if what != Changeable::OfRenewal {
        fields.push(
            Field::text("administrator", "Site administrator")
                .with(value("administrator"))
                .hint("The person who will approve the accounts of your organization"),
        );
        fields.push(
            Field::new("administrator_email", "Site administrator’s e-mail", FieldKind::Email)
                .with(value("administrator_email")),
        );
    }
    if is_new {
        fields.push(Field::choice(
            "program",
            "Will the site take part in a vaccine program?",
            FieldKind::Radio,
            program,
            typed(form, "program"),
        ));
    }
    fields
}

/// What was written; what is wrong with it, field by field.
pub(super) fn written(form: &Typed) -> Result<Application, Vec<Problem>> {
    let mut problems = Vec::new();
    let kind = SiteKind::from_code(typed(form, "kind"));
    if kind.is_none() {
        problems.push(Problem::of("kind", "Choose what kind of site it is."));
    }
    let is_program = match typed(form, "program") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if is_program.is_none() {
        problems.push(Problem::of("program", "Say whether the site will take part in a vaccine program."));
    }
    let (Some(kind), Some(is_program)) = (kind, is_program) else { return Err(problems) };
    let text = |name: &str| -> Box<str> { typed(form, name).into() };
    Ok(Application {
        organization: text("organization"),
        site: text("site"),
        kind,
        address: text("address"),
        contact: text("contact"),
        administrator: text("administrator"),
        administrator_email: text("administrator_email"),
        is_program,
        confirmed_at: None,
        renew_on: None,
        renewing_since: None,
        renewal_letters: 0,
        outdated: Outdated::default(),
    })
}

/// What an enrollment says, as its form has it.
fn typed_of(body: &Application) -> Typed {
    [
        ("organization", &*body.organization),
        ("site", &*body.site),
        ("kind", body.kind.code()),
        ("address", &*body.address),
        ("contact", &*body.contact),
        ("administrator", &*body.administrator),
        ("administrator_email", &*body.administrator_email),
        ("program", if body.is_program { "yes" } else { "no" }),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// What was typed, with what the form does not ask for as the enrollment has it.
pub(super) fn completed(case: &Enrollment, form: &Typed) -> Typed {
    let mut all = typed_of(&case.body);
    let asked = fields(&all, case.changeable());
    for field in asked {
        all.insert(field.name.to_string(), typed(form, &field.name).to_owned());
    }
    all
}

/// The form that changes an enrollment; none where nothing can be changed.
pub(super) fn form(case: &Enrollment, action: String) -> Option<Block> {
    let what = case.changeable();
    let lead = match what {
        Changeable::Nothing => return None,
        Changeable::All => {
            "If something is mistyped. A document that says something else by that is signed again. Messages go to the address at \
             which you began."
        }
        Changeable::OfKnownSite => {
            "Organization, site and kind are those that the registry knows. A document that says something else by a change is signed \
             again."
        }
        Changeable::OfRenewal => {
            "The site is enrolled: organization, site, kind and site administrator are those that the registry knows. The letter of \
             agreement is signed again when the address is another one."
        }
    };
    Some(Block::Form(FormView {
        heading: "Change".to_owned(),
        lead: lead.to_owned(),
        action,
        fields: fields(&typed_of(&case.body), what),
        button: "Save the change",
        is_quiet: true,
        ..FormView::default()
    }))
}

//! `/patients/emergency`: a record that is withheld is opened, with a reason, for two hours, under review.

use crate::pages::access::sheet::{Block, Field, FieldKind, FormView, Sent, Sheet, Typed, refused, typed};
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use iis_model::RegistryNumber;
use iis_registry::people::Criteria;
use iis_registry::people::emergency::{self, InForce, REASONS, Said};
use iis_registry::people::typed_date::read_date;

/// What this person opened in an emergency, if that counts now.
pub(super) async fn in_force(visitor: &Visitor, number: RegistryNumber) -> Result<Option<InForce>, Stop> {
    let account = &visitor.session()?.account;
    let found = emergency::in_force(&visitor.app.registry, account, number, visitor.arrival).await;
    found.map_err(|failure| visitor.failed(&failure))
}

/// `GET /patients/emergency`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(sheet(&Typed::new(), Vec::new()).answer(visitor))
}

fn sheet(form: &Typed, problems: Vec<Problem>) -> Sheet {
    let mut sheet = Sheet::new("Open a record in an emergency", "record");
    sheet.at = "/patients";
    sheet.below = Some(("Patients", "/patients"));
    sheet.is_narrow = true;
    sheet.lead = "For a record that is withheld from you, when a patient needs it now. It opens for two hours. Your reason is \
                  written down, your site administrator is told, and the privacy officer reviews it."
        .into();
    sheet.problems = problems;
    let value = |name: &str| typed(form, name).to_owned();
    let reasons = REASONS.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned()));
    sheet.blocks = vec![Block::Form(FormView {
        lead: "Give the registry ID, or the whole name and the birth date.".to_owned(),
        action: "/patients/emergency".to_owned(),
        fields: vec![
            Field::text("number", "Registry ID").with(value("number")).optional(),
            Field::text("last", "Last name").with(value("last")).optional(),
            Field::text("first", "First name").with(value("first")).optional(),
            Field::text("born", "Birth date").with(value("born")).hint("MM/DD/YYYY").optional(),
            Field::choice(
                "reason",
                "Why is it needed now?",
                FieldKind::Radio,
                reasons,
                typed(form, "reason"),
            ),
            Field::new("words", "In a sentence", FieldKind::Area)
                .with(value("words"))
                .hint("At least 10 characters. Nothing about the patient that need not be said."),
        ],
        button: "Open the record",
        ..FormView::default()
    })];
    sheet
}

/// `POST /patients/emergency`
pub(crate) async fn submit(Sent { visitor, form }: Sent) -> Answer {
    let born_on = read_date(typed(&form, "born"), visitor.arrival.today);
    if born_on.is_none() && !typed(&form, "born").is_empty() {
        let problem = Problem::of("born", "Enter the date as MM/DD/YYYY, for example 03/02/2026.");
        return Ok(sheet(&form, vec![problem]).answer(visitor));
    }
    let text = |name: &str| typed(&form, name).to_owned();
    let whom = Criteria {
        last: text("last"),
        first: text("first"),
        born_on,
        number: text("number"),
        ..Criteria::default()
    };
    let said = Said { whom, reason: text("reason"), words: text("words") };
    let account = &visitor.session()?.account;
    match emergency::open(&visitor.app.registry, account, said, visitor.arrival).await {
        Ok(number) => Ok(redirect(&format!("/patients/{number}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&form, vec![problem]).answer(visitor))
        }
    }
}

//! Answers to a question, and taking them back. A form that is sent twice is one answer.

use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer as Reply, Stop, Visitor, redirect};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_matching::consolidate::Part;
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_registry::review::{self, Answer, Answered, Deed, Outcome, Refusal, Whose};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An answer as it is sent.
#[derive(Debug, Deserialize)]
pub(crate) struct SentAnswer {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    remark: String,
    #[serde(default)]
    once: String,
    /// `value-name`: `a` or `b`, for each part of which a value was chosen.
    #[serde(flatten)]
    values: BTreeMap<String, String>,
}

impl SentAnswer {
    /// Whose value counts, for each part that was not left to the rules.
    fn chosen(&self) -> Vec<(Part, Whose)> {
        let whose = |part: &Part| match self.values.get(&value_field(*part)).map(String::as_str) {
            Some("a") => Some((*part, Whose::This)),
            Some("b") => Some((*part, Whose::Other)),
            _ => None,
        };
        Part::ALL.iter().filter_map(whose).collect()
    }
}

/// The field of the form in which the value of a part is chosen.
pub(super) fn value_field(part: Part) -> String {
    format!("value-{}", part.key())
}

/// The longest remark that is kept, in characters.
const LONGEST_REMARK: usize = 1_000;

/// What a form decides, with the key that makes it once: sent twice it is one deed, changed and sent again it is another.
pub(in crate::pages) fn deed(
    visitor: &Visitor,
    permission: Permission,
    remark: &str,
    once: &str,
) -> Result<Deed, Stop> {
    keyed(visitor, permission, remark, visitor.key_of_sent(once))
}

/// The one deed of a page with such a word, whatever its form says by now: for pages that show what was saved.
pub(in crate::pages) fn only_deed(
    visitor: &Visitor,
    permission: Permission,
    remark: &str,
    once: &str,
) -> Result<Deed, Stop> {
    keyed(visitor, permission, remark, visitor.key_of(once))
}

fn keyed(
    visitor: &Visitor,
    permission: Permission,
    remark: &str,
    key: Option<[u8; 32]>,
) -> Result<Deed, Stop> {
    let granted = visitor.granted(permission)?;
    let Some(key) = key else { return Err(visitor.no_page(NoPage::ForeignForm)) };
    let reason: String = remark.trim().chars().take(LONGEST_REMARK).collect();
    Ok(Deed { granted, arrival: visitor.arrival, reason: reason.into(), key })
}

/// `POST /patients/duplicates/{case}/answer`
pub(crate) async fn answer(Path(id): Path<String>, Filled { visitor, form }: Filled<SentAnswer>) -> Reply {
    let deed = deed(&visitor, Permission::ResolveDuplicates, &form.remark, &form.once)?;
    let about = form.about.parse::<RegistryNumber>().ok();
    let (Ok(item_id), Some(about), Some(answer)) = (id.parse(), about, Answer::of_word(&form.answer)) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let answered = Answered { item_id, about, answer, values: form.chosen() };
    let outcome = review::answer(&visitor.app.registry, deed, answered).await;
    let outcome = outcome.map_err(|failure| visitor.failed(&failure))?;
    if let Outcome::Refused(Refusal::PersonGone | Refusal::NothingAsked) = outcome {
        let page =
            super::showing::page(&visitor, item_id, None, Some(not_kept(answer, &form.remark))).await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    Ok(redirect(&format!("/patients/duplicates/{item_id}?done={}", word(outcome, answer.word()))))
}

/// Somebody else answered first, or a record changed: what was answered is told back, so that it is not lost.
fn not_kept(answer: Answer, remark: &str) -> Notice {
    let answered = match answer {
        Answer::Same => "Same person",
        Answer::Different => "Different persons",
        Answer::Twins => "Twin or sibling",
        Answer::Unsure => "Not sure",
    };
    let remark: String = remark.trim().chars().take(LONGEST_REMARK).collect();
    let remark = if remark.is_empty() { String::new() } else { format!(" Your remark was: {remark}") };
    let text = format!(
        "Your answer, {answered}, was not kept: the question was answered meanwhile, or a record has changed. What others \
         answered stands below; take it back first to answer otherwise.{remark}"
    );
    Notice { kind: "warning", text }
}

/// What is taken back.
#[derive(Debug, Deserialize)]
pub(crate) struct SentTakeBack {
    #[serde(default)]
    answer_id: String,
    #[serde(default)]
    once: String,
}

/// `POST /patients/duplicates/{case}/take-back`
pub(crate) async fn take_back(
    Path(id): Path<String>,
    Filled { visitor, form }: Filled<SentTakeBack>,
) -> Reply {
    let deed = deed(&visitor, Permission::ResolveDuplicates, "taken back on the review page", &form.once)?;
    let (Ok(item_id), Ok(answer_id)) = (id.parse::<i64>(), form.answer_id.parse()) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let outcome = review::take_back(&visitor.app.registry, deed, answer_id).await;
    let outcome = outcome.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(&format!("/patients/duplicates/{item_id}?done={}", word(outcome, "taken-back"))))
}

/// What became of a decision, as a word in the address.
pub(in crate::pages) fn word(outcome: Outcome, done: &'static str) -> &'static str {
    match outcome {
        Outcome::Done(_) | Outcome::Noted => done,
        Outcome::Waits => "waits",
        Outcome::Refused(Refusal::NeedsSomebodyElse) => "somebody-else",
        Outcome::Refused(Refusal::AskedAlready) => "asked-already",
        Outcome::Refused(Refusal::SamePerson) => "same-record",
        Outcome::Refused(Refusal::NothingToChoose) => "not-chosen",
        Outcome::Refused(Refusal::PersonGone | Refusal::NothingAsked | Refusal::NothingToTakeBack) => {
            "changed"
        }
    }
}

/// What was done, in a sentence.
pub(in crate::pages) fn notice(done: &str) -> Option<Notice> {
    #[rustfmt::skip]
    let (kind, text) = match done {
        "merge" => ("success", "Same person: the two records are one now. You can take it back below."),
        "different" => ("success", "Different persons: they are not proposed again. You can take it back below."),
        "twins" => ("success", "Twin or sibling: they are not proposed again. You can take it back below."),
        "unsure" => ("success", "A second reviewer is asked. You can take it back below."),
        "waits" => ("info", "A second person has to decide the same, because one of the records has 10 doses or more."),
        "taken-back" => ("success", "Taken back: the question is open again."),
        "somebody-else" => ("warning", "You decided first. A second person has to decide the same."),
        "changed" => ("warning", "Nothing was done: the question was answered meanwhile, or a record has changed."),
        "chosen" => ("success", "Chosen: this value counts from now on. You can take it back below."),
        "choice-taken-back" => ("success", "Taken back: the registry’s rules count again."),
        "not-chosen" => ("warning", "Nothing was chosen: the record is another person's by now, says nothing of it, or the choice was taken back already."),
        "flagged" => ("success", "Reviewers are asked whether the two records are one person."),
        "asked-already" => ("info", "Reviewers are asked about these two records already."),
        _ => return None,
    };
    Some(Notice { kind, text: text.to_owned() })
}

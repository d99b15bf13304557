//! What stands beside the doses: a refusal, a contraindication, immunity, a reaction (requirements V-6).

mod asked;
pub(super) mod reaction;
mod read;
mod words;

use super::meanwhile::conflict;
use super::remarks::ToHeed;
use super::{Token, Typed, set};
use crate::pages::choice::Choice;
use crate::pages::codes;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use asked::{another_pregnancy, on_record, unlikely};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_model::{Date, Submission};
use iis_registry::desk::{About, Entry, Outcome, became, enter};
use reaction::REACTIONS;
use read::{kinds, read};
use words::{CONTRAINDICATIONS, IMMUNITY, KINDS, REASONS};

/// `GET /patients/{number}/notes/new`
#[derive(Debug, Template)]
#[template(path = "patients/desk/beside.html")]
pub(in crate::pages) struct BesidePage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: BesideForm,
    pub(in crate::pages) record_href: String,
    pub(in crate::pages) site: String,
}

/// The form: four kinds of notes. All that is filled in is saved.
#[derive(Debug, Clone)]
pub(in crate::pages) struct BesideForm {
    pub(in crate::pages) token: Token,
    pub(in crate::pages) kinds: Vec<Choice>,
    pub(in crate::pages) vaccines: Vec<Choice>,
    pub(in crate::pages) reasons: Vec<Choice>,
    pub(in crate::pages) contraindications: Vec<Choice>,
    /// When a child is due: from it the weeks of a pregnancy are counted.
    pub(in crate::pages) due: String,
    /// When stem cells were transplanted: from it the months are counted.
    pub(in crate::pages) transplanted: String,
    pub(in crate::pages) immunity: Vec<Choice>,
    pub(in crate::pages) reactions: Vec<Choice>,
    pub(in crate::pages) reaction_words: String,
    /// The doses on record, one of which a reaction followed.
    pub(in crate::pages) doses: Vec<Choice>,
    pub(in crate::pages) vaers: Vec<Choice>,
    pub(in crate::pages) vaers_number: String,
    pub(in crate::pages) on: String,
    pub(in crate::pages) heed: ToHeed,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// The words of all that is printed of a note.
pub(in crate::pages::patients) fn noted_words() -> impl Iterator<Item = &'static str> {
    let contraindications = CONTRAINDICATIONS.iter().chain(REACTIONS).map(|row| row.2);
    contraindications.chain(IMMUNITY.iter().map(|row| row.2))
}

/// `GET /patients/{number}/notes/new`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let mut setting = open(&visitor, &number).await?;
    let mut typed = Typed::default();
    if let Some(kept) = kept(&visitor, &href(&setting)).await? {
        typed = kept.typed;
        setting.frame = setting.frame.noticed(Some(kept.notice));
    } else {
        for field in ["kind", "dose"] {
            typed.put(field, visitor.asked(field));
        }
    }
    let token = Token::new(&visitor, href(&setting));
    let about = (&setting.record, visitor.arrival.today);
    let form = BesideForm::new(token, &typed, about, Vec::new());
    Ok(rendered(&page(setting, form)))
}

async fn open(visitor: &Visitor, number: &str) -> Result<super::Setting, crate::pages::visitor::Stop> {
    let title = "Add a refusal, a contraindication, immunity or a reaction";
    set(visitor, number, Permission::RecordContraindications, (Page::Record, title)).await
}

fn href(setting: &super::Setting) -> String {
    format!("/patients/{}/notes/new", setting.record.registry_number)
}

fn page(setting: super::Setting, form: BesideForm) -> BesidePage {
    let frame = if form.problems.is_empty() { setting.frame } else { setting.frame.in_error() };
    BesidePage {
        frame,
        strip: setting.strip,
        form,
        record_href: Page::Record.href(setting.record.registry_number),
        site: setting.site.name.to_string(),
    }
}

impl BesideForm {
    pub(in crate::pages) fn new(
        token: Token,
        typed: &Typed,
        (record, today): (&PersonRecord, Date),
        problems: Vec<Problem>,
    ) -> Self {
        let choices = |rows: Vec<(String, String)>, chosen: &str| -> Vec<Choice> {
            let choice =
                |(value, label): (String, String)| Choice { is_chosen: value == chosen, value, label };
            rows.into_iter().map(choice).collect()
        };
        let owned = |rows: &[(&str, &str)]| {
            rows.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect::<Vec<_>>()
        };
        let is_kind = |kind: &&str| KINDS.iter().any(|(known, _)| known == kind);
        let kind = Some(typed.get("kind")).filter(is_kind).unwrap_or("refusal");
        let groups = codes::unspecified().map(|(_, label, cvx)| (cvx.to_string(), label.to_owned()));
        let contraindications =
            CONTRAINDICATIONS.iter().map(|(code, _, word)| ((*code).to_owned(), (*word).to_owned()));
        let immunity = IMMUNITY.iter().map(|(_, code, word)| ((*code).to_owned(), (*word).to_owned()));
        let on = if typed.get("on").is_empty() { format::date(today) } else { typed.get("on").to_owned() };
        Self {
            token,
            kinds: choices(owned(KINDS), kind),
            vaccines: choices(groups.collect(), typed.get("vaccine")),
            reasons: choices(owned(REASONS), typed.get("reason")),
            contraindications: choices(contraindications.collect(), typed.get("contraindication")),
            due: typed.get("due").to_owned(),
            transplanted: typed.get("transplanted").to_owned(),
            immunity: choices(immunity.collect(), typed.get("immunity")),
            reactions: choices(reaction::choices(), typed.get("reaction")),
            reaction_words: typed.get("reaction_words").to_owned(),
            doses: choices(reaction::doses(record), typed.get("dose")),
            vaers: choices(owned(reaction::VAERS), typed.get("vaers")),
            vaers_number: typed.get("vaers_number").to_owned(),
            on,
            heed: ToHeed::default(),
            problems,
        }
    }
}

/// What was done, as the record tells it: a refusal leaves the vaccine due.
fn done(typed: &Typed) -> &'static str {
    if kinds(typed) == ["refusal"] { "noted-refusal" } else { "noted" }
}

/// `POST /patients/{number}/notes/new`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = deed(&visitor, Permission::RecordContraindications, "", typed.get("once"))?;
    let setting = open(&visitor, &number).await?;
    // Asked after the record was read: a form that is seen in the record is told as saved, not as said a second time.
    let before = became(&visitor.app.registry, deed.key).await.map_err(|failure| visitor.failed(&failure))?;
    if let Some(Outcome::Stored(_)) = before {
        let record_href = Page::Record.href(setting.record.registry_number);
        return Ok(redirect(&format!("{record_href}?done={}", done(&typed))));
    }
    let today = visitor.arrival.today;
    let about = (&setting.record, today);
    let form = |problems| BesideForm::new(Token::new(&visitor, href(&setting)), &typed, about, problems);
    let merged = || Ok(conflict(rendered(&page(setting.merged_meanwhile(), form(Vec::new())))));
    if setting.is_merged {
        return merged();
    }
    let said = match read(&typed, &setting.record, today) {
        Ok(said) => said,
        Err(problems) => {
            let page = page(setting.clone(), form(problems));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
        }
    };
    let heeded = typed.heeded();
    let record = &setting.record;
    let doubts = |said| {
        let asked =
            [on_record(said, record), unlikely(said, record, today), another_pregnancy(said, record, today)];
        asked.into_iter().flatten()
    };
    let doubts: Vec<_> = said.iter().flat_map(doubts).collect();
    if let Some(heed) = ToHeed::unread(&doubts, &heeded) {
        let mut form = form(Vec::new());
        form.heed = heed;
        return Ok(rendered(&page(setting.clone(), form)));
    }
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site: setting.site.clone(),
        about: About::Person(setting.record.id),
        submission: Submission { events: said, ..Submission::default() },
        heeded: heeded.clone(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    let record_href = Page::Record.href(setting.record.registry_number);
    match outcome {
        Outcome::Stored(_) => Ok(redirect(&format!("{record_href}?done={}", done(&typed)))),
        Outcome::Moved | Outcome::Alike(_) => merged(),
        Outcome::Mend(remarks) => {
            let problems = remarks.iter().map(|remark| Problem::of("on", &*remark.text)).collect();
            let page = page(setting.clone(), form(problems));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Outcome::Heed(remarks) => {
            let mut form = form(Vec::new());
            form.heed = ToHeed::of(&remarks, |_| String::new()).and(&heeded);
            Ok(rendered(&page(setting.clone(), form)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CONTRAINDICATIONS, IMMUNITY};
    use iis_cdsi::Schedule;
    use iis_cdsi::tables;

    #[test]
    fn what_can_be_recorded_counts_in_the_schedule() {
        let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
        let listed = |system: &str, code: &str| schedule.observations_for(system, code).next().is_some();
        for (code, system, word) in CONTRAINDICATIONS {
            let system = if *system == "SCT" { "SNOMED" } else { system };
            let own = || schedule.release().observations.iter().any(|known| known.code.to_string() == *code);
            assert!(listed(system, code) || (*system == *"CDSI" && own()), "{code} {word}");
        }
        for (_, code, word) in IMMUNITY {
            assert!(listed("SNOMED", code), "{code} {word}");
        }
    }
}

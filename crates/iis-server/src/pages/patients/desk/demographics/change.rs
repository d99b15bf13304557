//! Changing a person's demographics: only what was changed is said, and nothing that somebody else said meanwhile is lost.
//!
//! The form carries what it showed. A field that was not touched says nothing; one that somebody else changed while it was
//! being typed is shown with both values before it is stored. Source: requirements P-2, screens section 3.5.

use super::super::meanwhile::conflict;
use super::super::plain::folded;
use super::super::remarks::ToHeed;
use super::super::{Setting, Token, Typed, set};
use super::fields::{Part, all};
use super::form::PersonForm;
use super::person::{Here, Values, said, values};
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Notice, Problem};
use crate::pages::patients::doses::is_dose;
use crate::pages::patients::recommendation::words;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::access::Permission;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Demographics, Submission};
use iis_registry::desk::{About, Entry, Outcome, Remark, enter};
use std::collections::BTreeSet;

/// `GET /patients/{number}/demographics/change`
#[derive(Debug, Template)]
#[template(path = "patients/desk/change.html")]
pub(in crate::pages) struct ChangePage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: PersonForm,
    pub(in crate::pages) back_href: String,
    pub(in crate::pages) site: String,
}

/// `GET /patients/{number}/demographics/change`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let mut setting = open(&visitor, &number).await?;
    let believed = values(&setting.record.demographics);
    let href = href(&setting);
    if let Some(kept) = kept(&visitor, &href).await? {
        let wanted = typed_values(&kept.typed);
        let mut form = PersonForm::new(Token::new(&visitor, href), &wanted, false, Vec::new());
        form.shown = carried(&shown(&kept.typed));
        setting.frame = setting.frame.noticed(Some(kept.notice));
        return Ok(rendered(&page(setting, form)));
    }
    let mut form = PersonForm::new(Token::new(&visitor, href), &believed, false, Vec::new());
    form.shown = carried(&believed);
    Ok(rendered(&page(setting, form)))
}

async fn open(visitor: &Visitor, number: &str) -> Result<Setting, crate::pages::visitor::Stop> {
    set(visitor, number, Permission::ChangeDemographics, (Page::Demographics, "Change demographics")).await
}

fn href(setting: &Setting) -> String {
    format!("/patients/{}/demographics/change", setting.record.registry_number)
}

fn page(setting: Setting, form: PersonForm) -> ChangePage {
    let frame = if form.problems.is_empty() { setting.frame } else { setting.frame.in_error() };
    ChangePage {
        frame,
        strip: setting.strip,
        form,
        back_href: Page::Demographics.href(setting.record.registry_number),
        site: setting.site.name.to_string(),
    }
}

/// `POST /patients/{number}/demographics/change`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = deed(&visitor, Permission::ChangeDemographics, "", typed.get("once"))?;
    let setting = open(&visitor, &number).await?;
    let now = values(&setting.record.demographics);
    let (wanted, shown) = (typed_values(&typed), shown(&typed));
    let form = |problems| {
        let mut form = PersonForm::new(Token::new(&visitor, href(&setting)), &wanted, false, problems);
        form.shown = carried(&now);
        form
    };
    if setting.is_merged {
        return Ok(conflict(rendered(&page(setting.merged_meanwhile(), form(Vec::new())))));
    }
    let meanwhile = meanwhile(&wanted, &shown, &now);
    if !meanwhile.is_empty() {
        let mut form = form(Vec::new());
        for id in &meanwhile {
            if let Some(field) = form.field(id) {
                field.meanwhile = now.get(id).cloned().unwrap_or_else(|| "nothing".to_owned());
            }
        }
        let mut setting = setting.clone();
        setting.frame = setting.frame.noticed(Some(changed_meanwhile()));
        return Ok(conflict(rendered(&page(setting, form))));
    }
    let parts = changed(&wanted, &shown);
    let back = Page::Demographics.href(setting.record.registry_number);
    if parts.is_empty() {
        return Ok(redirect(&format!("{back}?done=nothing")));
    }
    // What others changed meanwhile in fields that were not touched is said as it is now.
    let merged = merged(&wanted, &shown, &now);
    let site_code = setting.site.code.clone();
    let here = Here {
        today: visitor.arrival.today,
        site_code: &site_code,
        state: &visitor.app.config.identity.state,
    };
    let read = said(&merged, &parts, &setting.record.demographics, here);
    let person = match read {
        Ok(person) => person,
        Err(problems) => return Ok(to_mend(&page(setting.clone(), form(problems)))),
    };
    let heeded = typed.heeded();
    // a birth date that nobody touched is not asked about with every change
    let is_new = person.born_on != setting.record.demographics.born_on;
    let born = is_new.then(|| born_after_doses(&person, &setting.record)).flatten();
    let dies = dies(&person, &setting.record.demographics);
    let doubts: Vec<_> = born.into_iter().chain(dies).collect();
    if let Some(heed) = ToHeed::unread(&doubts, &heeded) {
        let mut form = form(Vec::new());
        form.heed = heed;
        return Ok(rendered(&page(setting.clone(), form)));
    }
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ChangeDemographics)?,
        site: setting.site.clone(),
        about: About::Person(setting.record.id),
        submission: submission(person),
        heeded: heeded.clone(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    match outcome {
        Outcome::Stored(_) => {
            let emptied = emptied(&wanted, &shown);
            let mut stay = String::new();
            // the change is stored: a record that cannot be read now hides nothing of that
            if let Some(now) = if emptied.is_empty() { None } else { open(&visitor, &number).await.ok() } {
                for id in still_said(&emptied, &shown, &values(&now.record.demographics)) {
                    stay.push(if stay.is_empty() { '-' } else { '.' });
                    stay.push_str(id);
                }
            }
            Ok(redirect(&format!("{back}?done=changed{stay}")))
        }
        Outcome::Moved | Outcome::Alike(_) => {
            Ok(conflict(rendered(&page(setting.merged_meanwhile(), form(Vec::new())))))
        }
        Outcome::Mend(remarks) => {
            Ok(to_mend(&page(setting.clone(), form(remarks.iter().map(problem).collect()))))
        }
        Outcome::Heed(remarks) => {
            let mut form = form(Vec::new());
            form.heed = ToHeed::of(&remarks, |_| String::new()).and(&heeded);
            Ok(rendered(&page(setting.clone(), form)))
        }
    }
}

/// A birth date behind which doses were given: the code under which it counts as read, and the doses' days.
fn born_after_doses(said: &Demographics, record: &PersonRecord) -> Option<(String, String)> {
    let born = said.born_on.get()?;
    let is_before = |event: &&ConsolidatedEvent| {
        is_dose(event) && event.best.given_on.get().is_some_and(|on| on.last_day() < born.first_day())
    };
    let before = record.events.iter().filter(is_before);
    let days: BTreeSet<_> = before.filter_map(|event| event.best.given_on.value).collect();
    let days: Vec<String> = days.iter().map(format::partial_date).collect();
    let text = format!(
        "The birth date is after doses on record, given on {}. Correct the birth date, or the dates of these doses first.",
        words::listed(&days)
    );
    (!days.is_empty()).then(|| (format!("BORN-{born}"), text))
}

/// Whether the patient shall count as deceased who did not so far: it reaches everybody who cares for the patient.
fn dies(said: &Demographics, believed: &Demographics) -> Option<(String, String)> {
    let died_on = said.died_on.get()?;
    let is_new = said.is_deceased.value == Some(true) && believed.is_deceased.value != Some(true);
    let text = format!(
        "The patient will count as deceased on {}, at every clinic and in the state: nothing is due any more, and nobody is \
         written to. It is taken back by emptying the date.",
        format::partial_date(died_on)
    );
    is_new.then(|| (format!("DIED-{died_on}"), text))
}

pub(super) fn submission(person: Demographics) -> Submission {
    Submission { person, ..Submission::default() }
}

fn to_mend(page: &ChangePage) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, rendered(page)).into_response()
}

fn changed_meanwhile() -> Notice {
    let text = "Somebody else changed this record while you were typing. Both values are shown below: what you typed is \
                in the fields. Nothing is saved yet.";
    Notice { kind: "warning", text: text.to_owned() }
}

/// A remark of the checks, at the field of its place.
pub(super) fn problem(remark: &Remark) -> Problem {
    let field = match &*remark.place {
        "PID-3" => "mrn",
        "PID-7" => "born",
        "PID-8" => "sex",
        "PID-11" => "street",
        "PID-13" => "phone",
        "PID-24" => "multiple",
        "PID-25" => "order",
        "PID-29" | "PID-30" => "died",
        _ => "last",
    };
    Problem::of(field, &*remark.text)
}

/// What was typed into the fields of the form.
pub(super) fn typed_values(typed: &Typed) -> Values {
    let value = |field: &super::fields::Field| {
        let text = folded(typed.get(field.id));
        (!text.is_empty()).then_some((field.id, text))
    };
    all().filter_map(value).collect()
}

/// What the form showed, as it carries it.
fn carried(values: &Values) -> String {
    serde_json::to_string(values).unwrap_or_default()
}

fn shown(typed: &Typed) -> Values {
    let shown: std::collections::BTreeMap<String, String> =
        serde_json::from_str(typed.get("shown")).unwrap_or_default();
    all().filter_map(|field| Some((field.id, shown.get(field.id)?.clone()))).collect()
}

/// The fields that were emptied.
fn emptied(wanted: &Values, shown: &Values) -> Vec<&'static str> {
    all().map(|field| field.id).filter(|id| shown.contains_key(id) && !wanted.contains_key(id)).collect()
}

/// The emptied fields that still hold what they held: another source says it. A second number or contact that moves up is
/// something else.
fn still_said<'a>(emptied: &'a [&'static str], shown: &Values, after: &Values) -> Vec<&'a str> {
    emptied.iter().copied().filter(|id| after.get(id) == shown.get(id)).collect()
}

/// What is told after a change: which fields were emptied and still hold what another source says, by their names in the
/// address.
pub(in super::super) fn changed_words(stay: &str) -> String {
    let saved = "Saved. What was said before is kept, with who said it.";
    let named = all().filter(|field| stay.split('.').any(|id| id == field.id));
    let named: Vec<String> =
        named.map(|field| field.label.trim_end_matches(" (optional)").to_lowercase()).collect();
    if named.is_empty() {
        return saved.to_owned();
    }
    format!(
        "{saved} Still on the record, because another source says it too: {}. Who said it stands below; ask them to correct \
         it, or tell the Help Desk.",
        words::listed(&named)
    )
}

/// The parts of which a field was changed, in their order.
fn changed(wanted: &Values, shown: &Values) -> Vec<Part> {
    let parts = all().filter(|field| wanted.get(field.id) != shown.get(field.id)).map(|field| field.part);
    let mut parts: Vec<Part> = parts.collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// The fields that were typed into while somebody else changed them otherwise.
fn meanwhile(wanted: &Values, shown: &Values, now: &Values) -> Vec<&'static str> {
    let both = all().filter(|field| {
        let [wanted, shown, now] = [wanted, shown, now].map(|values| values.get(field.id));
        wanted != shown && now != shown && now != wanted
    });
    both.map(|field| field.id).collect()
}

/// What was typed, and in fields that were not touched what is believed now.
fn merged(wanted: &Values, shown: &Values, now: &Values) -> Values {
    let value = |field: &super::fields::Field| {
        let is_touched = wanted.get(field.id) != shown.get(field.id);
        let from = if is_touched { wanted } else { now };
        Some((field.id, from.get(field.id)?.clone()))
    };
    all().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fields::Part;
    use super::{
        Values, born_after_doses, changed, changed_words, dies, emptied, meanwhile, merged, still_said,
    };
    use iis_model::event::InformationSource;
    use iis_model::testing::{dose, person, record};

    #[test]
    fn a_birth_date_after_doses_names_their_days() {
        let given = |on: &str| dose(InformationSource::NewImmunization).given(on);
        let record = record(person(), vec![given("2020-03-01"), given("2021-04"), given("2020-01-15")]);
        let asked = |born: &str| born_after_doses(&person().born(born), &record).map(|(_, text)| text);
        assert_eq!(asked("2020-01-15"), None);
        let text = asked("2021-02-01").expect("a question");
        assert!(text.contains("given on 01/15/2020 and 03/01/2020"), "{text}");
        // some day of that month may be after the birth
        assert!(!asked("2021-04-30").expect("a question").contains("2021"));
        assert!(asked("2021-05-01").expect("a question").contains("04/??/2021"));
    }

    #[test]
    fn a_death_is_asked_about_once_and_its_correction_is_not() {
        let died = |on: &str| {
            let mut said = person();
            said.is_deceased = iis_model::Given::of(true);
            said.died_on = iis_model::Given::of(on.parse().expect("a date"));
            said
        };
        let (_, text) = dies(&died("2026-02-20"), &person()).expect("a question");
        assert!(text.contains("02/20/2026"), "{text}");
        assert_eq!(dies(&died("2026-02-21"), &died("2026-02-20")), None);
        assert_eq!(dies(&person(), &died("2026-02-20")), None);
    }

    fn values(fields: &[(&'static str, &str)]) -> Values {
        fields.iter().map(|(id, text)| (*id, (*text).to_owned())).collect()
    }

    #[test]
    fn what_was_emptied_and_still_stands_is_named() {
        let shown = values(&[("phone", "1"), ("ethnicity", "2135-2"), ("zip", "80202")]);
        let (wanted, after) = (values(&[("zip", "80202")]), values(&[("phone", "1"), ("zip", "80202")]));
        let emptied = emptied(&wanted, &shown);
        assert_eq!(still_said(&emptied, &shown, &after), ["phone"]);
        let second = values(&[("phone", "2"), ("zip", "80202")]);
        assert!(still_said(&emptied, &shown, &second).is_empty(), "a second number moved up");
        assert!(!changed_words("").contains("another source") && !changed_words("<b>").contains("<b>"));
        assert!(
            changed_words("phone").contains("another source says it too: "),
            "{}",
            changed_words("phone")
        );
    }

    #[test]
    fn two_people_at_one_record_lose_nothing_and_are_told_where_they_differ() {
        let shown = values(&[("street", "1 Oak"), ("zip", "80202"), ("phone", "1"), ("language", "eng")]);
        // somebody else changed street and language meanwhile
        let now = values(&[("street", "2 Elm"), ("zip", "80202"), ("phone", "1"), ("language", "spa")]);
        let wanted = values(&[("street", "3 Fir"), ("zip", "80202"), ("phone", "2"), ("language", "eng")]);
        assert_eq!(meanwhile(&wanted, &shown, &now), ["street"]);
        assert_eq!(changed(&wanted, &shown), [Part::Home, Part::Contact]);
        let said = merged(&wanted, &shown, &now);
        assert_eq!((&*said["street"], &*said["phone"], &*said["language"]), ("3 Fir", "2", "spa"));
        // who wants what is there already is asked nothing
        assert!(meanwhile(&now, &shown, &now).is_empty());
    }
}

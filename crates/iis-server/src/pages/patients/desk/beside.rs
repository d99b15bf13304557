//! What stands beside the doses: a refusal, a contraindication, immunity, a reaction (requirements V-6).

use super::beside_words::{CONTRAINDICATIONS, IMMUNITY, KINDS, PREGNANT, REASONS, TRANSPLANT};
use super::card_view::Choice;
use super::dates::{UNREADABLE, read_day, read_partial};
use super::meanwhile::conflict;
use super::reaction;
use super::remarks::ToHeed;
use super::{Token, Typed, set};
use crate::pages::codes;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::event::said as observed;
use iis_model::record::PersonRecord;
use iis_model::{Coded, Date, PartialDate, ReportedEvent, Submission};
use iis_registry::desk::saying::{Beginning, Observed, observation, refusal, with_beginning};
use iis_registry::desk::{About, Entry, Outcome, became, enter};
use iis_registry::people::typed_date::read_date;
use jiff::{ToSpan, Unit};

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
    CONTRAINDICATIONS.iter().map(|row| row.2).chain(IMMUNITY.iter().map(|row| row.2))
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

/// The fields that say that a kind of note was filled in. The dose that a reaction followed is not among them: a link fills it in.
#[rustfmt::skip]
const FIELDS: &[(&str, &[&str])] = &[
    ("refusal",          &["vaccine", "reason"]),
    ("contraindication", &["contraindication", "due", "transplanted"]),
    ("immunity",         &["immunity"]),
    ("reaction",         &["reaction", "reaction_words", "vaers", "vaers_number"]),
];

/// All that was filled in, each as the report that it is: whichever kind is marked, nothing that was typed is dropped. Where
/// nothing was, the kind that is marked is asked for.
fn read(typed: &Typed, record: &PersonRecord, today: Date) -> Result<Vec<ReportedEvent>, Vec<Problem>> {
    let mut problems = Vec::new();
    let on = read_on(typed.get("on"), (record, today), &mut problems);
    let is_filled = |fields: &[&str]| fields.iter().any(|field| !typed.get(field).is_empty());
    let mut kinds: Vec<&str> =
        FIELDS.iter().filter(|(_, fields)| is_filled(fields)).map(|(kind, _)| *kind).collect();
    if kinds.is_empty() {
        kinds.push(typed.get("kind"));
    }
    let said: Vec<ReportedEvent> =
        kinds.iter().filter_map(|kind| read_kind(kind, typed, (record, on), &mut problems)).collect();
    if problems.is_empty() && said.len() == kinds.len() { Ok(said) } else { Err(problems) }
}

fn read_kind(
    kind: &str,
    typed: &Typed,
    (record, on): (&PersonRecord, Option<PartialDate>),
    problems: &mut Vec<Problem>,
) -> Option<ReportedEvent> {
    match kind {
        "refusal" => {
            let vaccine = typed.get("vaccine").parse().ok().filter(|cvx| codes::vaccine(*cvx).is_some());
            if vaccine.is_none() {
                problems.push(Problem::of("vaccine", "Choose the vaccine that was refused."));
            }
            let reason = coded(REASONS, typed.get("reason"), "NIP002");
            if reason.is_none() {
                problems.push(Problem::of("reason", "Choose why it was refused."));
            }
            Some(refusal(vaccine?, on?, reason?))
        }
        "contraindication" => read_contraindication(typed, on, problems),
        "immunity" => {
            let known = IMMUNITY.iter().find(|(_, code, _)| *code == typed.get("immunity"));
            if known.is_none() {
                problems.push(Problem::of("immunity", "Choose what shows the immunity."));
            }
            let (about, code, word) = known?;
            Some(observation(*about, Coded::new(code, word, "SCT"), on?))
        }
        "reaction" => reaction::read(typed, record, on, problems),
        _ => {
            problems.push(Problem::of("kind-refusal", "Choose what you want to record."));
            None
        }
    }
}

fn read_contraindication(
    typed: &Typed,
    on: Option<PartialDate>,
    problems: &mut Vec<Problem>,
) -> Option<ReportedEvent> {
    let known = CONTRAINDICATIONS.iter().find(|(code, ..)| *code == typed.get("contraindication"));
    if known.is_none() {
        problems.push(Problem::of("contraindication", "Choose the contraindication."));
    }
    let (code, system, word) = known?;
    let on = on?;
    let said = observation(Observed::Contraindication, Coded::new(code, word, system), on);
    let (due, transplanted) = (typed.get("due"), typed.get("transplanted"));
    let asked = problems.len();
    if !due.is_empty() && *code != PREGNANT {
        let text = "A due date goes with “Pregnant” only: choose it, or empty this field.";
        problems.push(Problem::of("due", text));
    }
    if !transplanted.is_empty() && *code != TRANSPLANT {
        let text = "A day of a transplant goes with “Hematopoietic stem cell transplant” only: choose it, or empty this field.";
        problems.push(Problem::of("transplanted", text));
    }
    if problems.len() > asked {
        return None;
    }
    let (of, begun, field, text) = match *code {
        PREGNANT if !due.is_empty() => (
            Beginning::Pregnancy,
            on.full().and_then(|on| begun_of(due, on)),
            "due",
            "Enter the day on which the child is due, between three weeks before and 40 weeks after the date below.",
        ),
        TRANSPLANT if !transplanted.is_empty() => (
            Beginning::Transplant,
            on.full().and_then(|on| read_day(transplanted, on).filter(|day| *day <= on)),
            "transplanted",
            "Enter the day of the transplant: not after the date below.",
        ),
        _ => return Some(said),
    };
    if begun.is_none() {
        problems.push(Problem::of(field, text));
    }
    Some(with_beginning(said, of, begun?))
}

/// The first day of a pregnancy, from the day on which the child is due: 40 weeks before. None: the date cannot be read, or does
/// not go with a pregnancy on this day.
fn begun_of(due: &str, on: Date) -> Option<Date> {
    let due = read_date(due, on.checked_add(1.year()).ok()?)?;
    let begun = due.checked_sub(40.weeks()).ok()?;
    let weeks = on.since((Unit::Day, begun)).ok()?.get_days() / 7;
    (begun <= on && weeks <= 43).then_some(begun)
}

fn read_on(
    text: &str,
    (record, today): (&PersonRecord, Date),
    problems: &mut Vec<Problem>,
) -> Option<PartialDate> {
    let on = read_partial(text, today);
    let born = record.demographics.born_on.get();
    match on {
        None => problems.push(Problem::of("on", UNREADABLE)),
        Some(on) if on.first_day() > today => {
            problems.push(Problem::of("on", "The date is in the future. Check the year or the month."));
        }
        Some(on) if born.is_some_and(|born| on.last_day() < born.first_day()) => {
            let text = "The date is before the birth date on record. Correct one of them.";
            problems.push(Problem::of("on", text));
        }
        Some(_) => {}
    }
    on
}

fn coded(rows: &[(&str, &str)], code: &str, system: &str) -> Option<Coded> {
    rows.iter().find(|(known, _)| *known == code).map(|(code, word)| Coded::new(code, word, system))
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
        return Ok(redirect(&format!("{record_href}?done=noted")));
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
    let twice: Vec<_> = said.iter().filter_map(|said| on_record(said, &setting.record)).collect();
    if let Some(heed) = ToHeed::unread(&twice, &heeded) {
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
        Outcome::Stored(_) => Ok(redirect(&format!("{record_href}?done=noted"))),
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

/// Whether the same stands on the record already, of the same day: the code under which it counts as read, and the question.
fn on_record(said: &ReportedEvent, record: &PersonRecord) -> Option<(String, String)> {
    let mut events = record.events.iter().map(|event| &event.best);
    let is_there = events.any(|best| {
        (best.kind, best.cvx.value, best.given_on.value) == (said.kind, said.cvx.value, said.given_on.value)
            && observed(&best.observations) == observed(&said.observations)
    });
    let on = said.given_on.value?;
    let text = format!(
        "The same is on record already, of {}. Saving it says it a second time.",
        crate::pages::format::partial_date(&on)
    );
    is_there.then(|| (format!("TWICE-{on}"), text))
}

#[cfg(test)]
mod tests {
    use super::{CONTRAINDICATIONS, IMMUNITY, begun_of, on_record, read};
    use crate::pages::patients::desk::Typed;
    use iis_cdsi::Schedule;
    use iis_cdsi::tables;
    use iis_model::event::InformationSource;
    use iis_model::testing::{dose, person, record};
    use jiff::civil::date;

    #[test]
    fn the_same_note_of_the_same_day_is_asked_about() {
        let mut record = record(person().born("2024-02-11"), Vec::new());
        let today = date(2026, 3, 2);
        let say = |vaccine, on| {
            let typed = Typed::of(&[("kind", "refusal"), ("vaccine", vaccine), ("reason", "00"), ("on", on)]);
            read(&typed, &iis_model::testing::record(person().born("2024-02-11"), Vec::new()), today)
                .expect("a refusal")
                .remove(0)
        };
        let said = say("88", "03/01/2026");
        assert_eq!(on_record(&said, &record), None);
        let mut event = iis_model::testing::record(person(), vec![dose(InformationSource::NewImmunization)])
            .events
            .remove(0);
        event.best = said.clone();
        record.events.push(event);
        let (_, text) = on_record(&said, &record).expect("a question");
        assert!(text.contains("03/01/2026"), "{text}");
        assert_eq!(on_record(&say("88", "03/02/2026"), &record), None, "another day");
        assert_eq!(on_record(&say("03", "03/01/2026"), &record), None, "another vaccine");
    }

    /// A field and what is filled in.
    type Field = (&'static str, &'static str);

    #[test]
    fn all_that_is_filled_in_is_read_whichever_kind_is_marked() {
        let record = record(person().born("1994-02-11"), Vec::new());
        #[rustfmt::skip]
        let table: [(&[Field], usize, &[&str]); 9] = [
            // filled in                                                              read  asked for
            (&[("contraindication", "77386006")],                                     1,    &[]),
            (&[("vaccine", "03"), ("reason", "00"), ("contraindication", "77386006"), ("immunity", "38907003")], 3, &[]),
            (&[("vaccine", "03"), ("immunity", "38907003")],                          0,    &["reason"]),
            (&[("immunity", "38907003"), ("reaction", "126485001")],                  0,    &["dose"]),
            (&[],                                                                     0,    &["vaccine", "reason"]),
            (&[("contraindication", "VXC27"), ("due", "09/02/2026")],                 0,    &["due"]),
            (&[("contraindication", "234336002"), ("transplanted", "06/02/2025")],    1,    &[]),
            (&[("contraindication", "234336002"), ("transplanted", "03/02/2026")],    0,    &["transplanted"]), // after the note
            (&[("contraindication", "77386006"), ("transplanted", "06/02/2025")],     0,    &["transplanted"]),
        ];
        for (fields, number, asked) in table {
            let mut typed = Typed::of(&[("kind", "refusal"), ("on", "03/01/2026")]);
            for (field, text) in fields {
                typed.put(field, (*text).to_owned());
            }
            let read = read(&typed, &record, date(2026, 3, 2));
            assert_eq!(read.as_ref().map_or(0, Vec::len), number, "{fields:?}");
            let wrong: Vec<_> = read.err().unwrap_or_default().iter().map(|one| one.field.clone()).collect();
            assert_eq!(wrong, asked, "{fields:?}");
        }
    }

    #[test]
    fn a_pregnancy_begins_forty_weeks_before_the_day_on_which_the_child_is_due() {
        let on = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            ("09/02/2026", Some(date(2025, 11, 26))),
            ("12/07/2026", Some(date(2026, 3, 2))),
            ("12/08/2026", None), // begins tomorrow
            ("02/20/2026", Some(date(2025, 5, 16))),
            ("01/20/2026", None), // long born
            ("soon",       None),
        ];
        for (due, begun) in table {
            assert_eq!(begun_of(due, on), begun, "{due}");
        }
    }

    #[test]
    fn nothing_is_noted_before_the_birth() {
        let record = record(person().born("2024-02-11"), Vec::new());
        let kinds = [
            [("kind", "refusal"), ("vaccine", "88"), ("reason", "00")],
            [("kind", "contraindication"), ("contraindication", "77386006"), ("reason", "")],
            [("kind", "immunity"), ("immunity", "38907003"), ("reason", "")],
        ];
        for fields in kinds {
            for (on, is_taken) in
                [("02/10/2024", false), ("2023", false), ("02/11/2024", true), ("02/??/2024", true)]
            {
                let mut typed = Typed::of(&fields);
                typed.put("on", on.to_owned());
                let read = read(&typed, &record, date(2026, 3, 2));
                assert_eq!(read.is_ok(), is_taken, "{fields:?} {on}");
                let wrong = read.err().unwrap_or_default();
                assert!(wrong.iter().all(|problem| problem.field == "on"), "{wrong:?}");
            }
        }
    }

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

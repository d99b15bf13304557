//! A note as it was filled in: what was said, or what has to be mended.

use super::super::Typed;
use super::super::dates::{UNREADABLE, read_day, read_partial};
use super::reaction;
use super::words::{CONTRAINDICATIONS, IMMUNITY, PREGNANT, REASONS, TRANSPLANT};
use crate::pages::codes;
use crate::pages::frame::Problem;
use iis_model::record::PersonRecord;
use iis_model::{Beginning, Coded, Date, PartialDate, ReportedEvent};
use iis_registry::desk::saying::{Observed, observation, refusal, with_beginning};
use iis_registry::people::typed_date::read_date;
use iis_registry::recommend::LONGEST_PREGNANCY_DAYS;
use jiff::{ToSpan, Unit};

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
pub(super) fn read(
    typed: &Typed,
    record: &PersonRecord,
    today: Date,
) -> Result<Vec<ReportedEvent>, Vec<Problem>> {
    let mut problems = Vec::new();
    let on = read_on(typed.get("on"), (record, today), &mut problems);
    let kinds = kinds(typed);
    let said: Vec<ReportedEvent> =
        kinds.iter().filter_map(|kind| read_kind(kind, typed, (record, on), &mut problems)).collect();
    if problems.is_empty() && said.len() == kinds.len() { Ok(said) } else { Err(problems) }
}

/// The kinds of notes that were filled in; where none was, that which is marked.
pub(super) fn kinds(typed: &Typed) -> Vec<&str> {
    let is_filled = |fields: &[&str]| fields.iter().any(|field| !typed.get(field).is_empty());
    let kinds: Vec<&str> =
        FIELDS.iter().filter(|(_, fields)| is_filled(fields)).map(|(kind, _)| *kind).collect();
    if kinds.is_empty() { vec![typed.get("kind")] } else { kinds }
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
    if on.full().is_none() && !(due.is_empty() && transplanted.is_empty()) {
        problems.push(Problem::of("on", "Enter month, day and year: the weeks are counted to this date."));
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
    let days = on.since((Unit::Day, begun)).ok()?.get_days();
    (0..=LONGEST_PREGNANCY_DAYS).contains(&days).then_some(begun)
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

#[cfg(test)]
mod tests {
    use super::{begun_of, read};
    use crate::pages::patients::desk::Typed;
    use iis_model::testing::{person, record};
    use jiff::civil::date;

    /// A field and what is filled in.
    type Field = (&'static str, &'static str);

    #[test]
    fn all_that_is_filled_in_is_read_whichever_kind_is_marked() {
        let record = record(person().born("1994-02-11"), Vec::new());
        #[rustfmt::skip]
        let table: [(&[Field], usize, &[&str]); 10] = [
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
            (&[("contraindication", "77386006"), ("due", "06/02/2026"), ("on", "03/??/2026")], 0, &["on"]),
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
            ("02/09/2026", Some(date(2025, 5, 5))), // 301 days
            ("02/08/2026", None),
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
}

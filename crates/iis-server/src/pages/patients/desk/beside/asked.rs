//! What is asked before a note is saved.

use super::words::PREGNANT;
use crate::pages::codes;
use crate::pages::format;
use iis_model::event::{ObservationValue, said as observed};
use iis_model::person::Sex;
use iis_model::record::PersonRecord;
use iis_model::{Beginning, Date, ReportedEvent};
use jiff::ToSpan;

/// A code under which a question counts as read, and the question.
pub(super) type Doubt = (String, String);

/// Whether the same stands on the record already, of the same day: the code under which it counts as read, and the question.
pub(super) fn on_record(said: &ReportedEvent, record: &PersonRecord) -> Option<Doubt> {
    let mut events = record.events.iter().map(|event| &event.best);
    let is_there = events.any(|best| {
        (best.kind, best.cvx.value, best.given_on.value) == (said.kind, said.cvx.value, said.given_on.value)
            && observed(&best.observations) == observed(&said.observations)
    });
    let on = said.given_on.value?;
    let text = format!(
        "The same is on record already, of {}. Saving it says it a second time.",
        format::partial_date(&on)
    );
    is_there.then(|| (format!("TWICE-{on}"), text))
}

/// A pregnancy of somebody who by the record is a man, a child or past that age: it holds vaccines back and asks for others.
pub(super) fn unlikely(said: &ReportedEvent, record: &PersonRecord, today: Date) -> Option<Doubt> {
    let person = &record.demographics;
    let born = person.birth_date();
    let age = born.and_then(|born| today.since((jiff::Unit::Year, born)).ok()).map(|age| age.get_years());
    let is_of_age = age.is_none_or(|age| (10..=55).contains(&age));
    let is_man = person.sex.value == Some(Sex::Male);
    let who = match (is_man, is_of_age) {
        (false, true) => return None,
        (true, _) => codes::sex(Sex::Male).to_lowercase(),
        (false, false) => {
            format!("{} old", born.and_then(|born| format::age(born, today)).unwrap_or_default())
        }
    };
    let text = format!(
        "Pregnant: the patient is {who} on record. Check that this is the right patient. A pregnancy holds live vaccines back and \
         asks for others."
    );
    is_pregnancy(said).then(|| ("PREGNANT".to_owned(), text))
}

/// A pregnancy is on record with another due date, or this one has none: the one that was noted on the later day counts, and without
/// a due date of its own it is taken for the same.
pub(super) fn another_pregnancy(said: &ReportedEvent, record: &PersonRecord, today: Date) -> Option<Doubt> {
    let begun = |event: &ReportedEvent| {
        let of = event.observations.iter().find(|one| match one.value.get() {
            Some(ObservationValue::Coded(coded)) => Beginning::of(coded) == Some(Beginning::Pregnancy),
            _ => false,
        });
        of.and_then(|one| one.observed_on.get()?.full())
    };
    let due = |begun: Date| begun.checked_add(40.weeks()).ok();
    let is_running = |begun: &Date| begun.checked_add(43.weeks()).is_ok_and(|last| last >= today);
    let known = record.events.iter().find_map(|event| {
        let begun = begun(&event.best).filter(is_running)?;
        Some((begun, event.best.given_on.value?))
    });
    let (known, noted) = known.filter(|(known, _)| is_pregnancy(said) && begun(said) != Some(*known))?;
    let (due, noted) = (format::date(due(known)?), format::partial_date(&noted));
    let text = if begun(said).is_some() {
        format!(
            "A pregnancy with the due date {due} is on record, noted on {noted}. This one takes its place, unless it is dated before that."
        )
    } else {
        format!(
            "A pregnancy with the due date {due} is on record, noted on {noted}. Without a due date this is taken for the same one: \
             enter when the child is due if it is another."
        )
    };
    Some((format!("PREGNANCY-{known}"), text))
}

fn is_pregnancy(said: &ReportedEvent) -> bool {
    said.observations.iter().any(|one| match one.value.get() {
        Some(ObservationValue::Coded(coded)) => coded.codings().any(|coding| &*coding.code == PREGNANT),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::read::read;
    use super::{another_pregnancy, on_record, unlikely};
    use crate::pages::patients::desk::Typed;
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

    #[test]
    fn a_pregnancy_beside_another_one_is_asked_about() {
        let today = date(2026, 3, 2);
        let note = |on: &str, due: &str| {
            let fields = [("contraindication", "77386006"), ("on", on), ("due", due)];
            read(&Typed::of(&fields), &record(person().born("1994-02-11"), Vec::new()), today)
                .expect("a note")
                .remove(0)
        };
        #[rustfmt::skip]
        let table = [
            // on record       noted           asked
            ("06/02/2026",     "06/02/2026",   false),
            ("06/02/2026",     "05/20/2026",   true),
            ("06/02/2026",     "",             true),
            ("02/20/2026",     "",             true),  // due ten days ago
            ("",               "06/02/2026",   false),
        ];
        for (known, due, asked) in table {
            let on_record = record(person().born("1994-02-11"), vec![note("02/01/2026", known)]);
            let doubt = another_pregnancy(&note("03/01/2026", due), &on_record, today);
            assert_eq!(doubt.is_some(), asked, "{known} {due}: {doubt:?}");
        }
    }

    #[test]
    fn a_pregnancy_of_whom_the_record_says_otherwise_is_asked_about() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // born        contraindication  asked
            ("1994-02-11", "77386006",       false),
            ("2023-02-11", "77386006",       true),
            ("1950-02-11", "77386006",       true),
            ("2023-02-11", "VXC27",          false),
        ];
        for (born, code, asked) in table {
            let record = record(person().born(born), Vec::new());
            let typed =
                Typed::of(&[("kind", "contraindication"), ("contraindication", code), ("on", "03/01/2026")]);
            let said = read(&typed, &record, today).expect("a note").remove(0);
            assert_eq!(unlikely(&said, &record, today).is_some(), asked, "{born} {code}");
        }
    }
}

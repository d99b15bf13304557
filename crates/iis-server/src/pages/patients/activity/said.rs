//! What a form about a status says, with what each reason wants (requirements ).

use super::at;
use crate::pages::frame::Problem;
use crate::pages::patients::desk::Typed;
use crate::pages::patients::desk::dates::{UNREADABLE, read_day};
use crate::pages::patients::desk::plain::folded;
use iis_model::activity::{Activity, ActivitySaid, Level};
use iis_model::person::Dated;
use iis_model::{Date, Demographics, Given, PartialDate, Submission};

/// How often somebody is to be tried before they count as lost.
const ATTEMPTS: u32 = 3;
/// The longest note, in letters.
const LONGEST_NOTE: usize = 200;

/// What a message would say: of the site in PD1-16, of the jurisdiction nothing.
pub(super) fn submission(said: ActivitySaid) -> Submission {
    let status = match said.level {
        Level::Site => {
            Dated { value: Given::of(said.activity.as_status()), effective_on: Given::of(said.effective_on) }
        }
        Level::Jurisdiction => Dated::default(),
    };
    let person = Demographics { status, ..Demographics::default() };
    Submission { person, activity: Some(said), ..Submission::default() }
}

/// What was chosen, with what its reason wants.
pub(super) fn read(
    level: Level,
    typed: &Typed,
    (born, today): (Option<PartialDate>, Date),
) -> Result<ActivitySaid, Vec<Problem>> {
    let id = at(level).0;
    let field = |name: &str| format!("{id}-{name}");
    let mut problems = Vec::new();
    let chosen =
        Activity::from_code(typed.get("activity")).filter(|one| Activity::choices(level).contains(one));
    if chosen.is_none() {
        problems.push(Problem::of(field("activity"), "Choose one."));
    }
    let since = read_day(typed.get("since"), today);
    match since {
        None => problems.push(Problem::of(field("since"), UNREADABLE)),
        Some(since) if since > today => {
            problems
                .push(Problem::of(field("since"), "The date is in the future. Check the year or the month."));
        }
        Some(since) if born.is_some_and(|born| since < born.first_day()) => {
            let text = "The date is before the birth date on record. Correct one of them.";
            problems.push(Problem::of(field("since"), text));
        }
        Some(_) => {}
    }
    let attempts: u32 = typed.get("attempts").parse().unwrap_or(0);
    let is_returned = !typed.get("returned").is_empty();
    if chosen == Some(Activity::LostToFollowUp) && attempts < ATTEMPTS && !is_returned {
        let words = format!("Say how often you tried: {ATTEMPTS} times at least, or that mail came back.");
        problems.push(Problem::of(field("attempts"), words));
    }
    let note = folded(typed.get("note"));
    if note.chars().count() > LONGEST_NOTE {
        let words = format!("Shorten the note to {LONGEST_NOTE} letters: it has {}.", note.chars().count());
        problems.push(Problem::of(field("note"), words));
    }
    if chosen == Some(Activity::Outside) && note.chars().filter(|letter| letter.is_alphanumeric()).count() < 2
    {
        let words = "Say where the person lives now, as far as you know, or change the address first.";
        problems.push(Problem::of(field("note"), words));
    }
    let tried = match chosen {
        Some(Activity::LostToFollowUp) if is_returned => "Mail came back. ".to_owned(),
        Some(Activity::LostToFollowUp) => format!("Tried {attempts} times. "),
        _ => String::new(),
    };
    match (chosen, since) {
        (Some(activity), Some(effective_on)) if problems.is_empty() => {
            let note = format!("{tried}{note}").trim().into();
            Ok(ActivitySaid { level, activity, note, effective_on })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::pages::patients::desk::Typed;
    use iis_model::activity::{Activity, Level};
    use jiff::civil::date;

    /// Fields with what is typed into them.
    type Fields<'a> = &'a [(&'a str, &'a str)];

    #[test]
    fn a6_a8_some_reasons_want_more() {
        use Level::{Jurisdiction, Site};
        let long = "x".repeat(super::LONGEST_NOTE + 1);
        #[rustfmt::skip]
        let table: &[(Level, Fields<'_>, Result<&str, &str>)] = &[
            (Site,         &[("activity", "moved"), ("since", "t")],                        Ok("")),
            (Site,         &[("activity", "outside"), ("since", "t")],                      Err("here-activity")),
            (Site,         &[("activity", "lost"), ("since", "t"), ("attempts", "2")],      Err("here-attempts")),
            (Site,         &[("activity", "lost"), ("since", "t"), ("attempts", "3")],      Ok("Tried 3 times.")),
            (Site,         &[("activity", "lost"), ("since", "t"), ("returned", "1")],      Ok("Mail came back.")),
            (Jurisdiction, &[("activity", "outside"), ("since", "t")],                      Err("state-note")),
            (Jurisdiction, &[("activity", "outside"), ("since", "t"), ("note", "Ohio now")], Ok("Ohio now")),
            (Jurisdiction, &[("activity", "outside"), ("since", "t"), ("note", " Ohio\t")], Ok("Ohio")),
            (Jurisdiction, &[("activity", "outside"), ("since", "t"), ("note", long.as_str())],     Err("state-note")),
            (Jurisdiction, &[("activity", "moved"), ("since", "t")],                        Err("state-activity")),
            (Jurisdiction, &[("activity", "deceased"), ("since", "t")],                     Err("state-activity")),
            (Jurisdiction, &[("activity", "active"), ("since", "12/31/2099")],              Err("state-since")),
            (Site,         &[("activity", "moved"), ("since", "02/10/2024")],               Err("here-since")), // before the birth
            (Site,         &[("activity", "moved"), ("since", "02/11/2024")],               Ok("")),
        ];
        let born = "2024-02-11".parse().ok();
        for (level, fields, expected) in table {
            let read = read(*level, &Typed::of(fields), (born, date(2026, 3, 2)));
            let read =
                read.as_ref().map(|said| &*said.note).map_err(|problems| problems[0].field.to_string());
            assert_eq!(read, expected.map_err(str::to_owned), "{fields:?}");
        }
        assert!(Activity::choices(Site).len() > 3);
    }
}

//! A draft of an overlay that moves the seasons of a release to the one of a day.
//!
//! Between the end of CDC's season and CDC's next release somebody has to answer for the
//! dates. The draft moves each past season on by whole years, with the dates by which the
//! conditional skips of the same dose count that season's doses. It is a draft: whoever
//! signs it compares it with this season's guidance first.

use crate::dates::Day;
use crate::overlay::{Overlay, OverlayFailure};
use crate::supporting::model::{Condition, Release, Season, SeriesDose};
use crate::tables;
use std::fmt::Write;

/// Who answers for the overlay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head<'a> {
    /// Its short name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Who answers for it.
    pub author: &'a str,
    /// Why it was made.
    pub reason: &'a str,
}

/// Why no draft can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftFailure {
    /// Nothing is to be moved.
    #[error("every season of release {0} speaks for that day")]
    NothingToMove(String),
    /// The draft would not give the release that is meant.
    #[error("the draft for release {0} does not come out as meant: it has to be written by hand")]
    NotAsMeant(String),
    /// The draft cannot be applied.
    #[error(transparent)]
    Overlay(#[from] OverlayFailure),
}

/// The text of an overlay with which every season of the release speaks for the day. It is
/// applied and compared before it is handed out.
pub fn draft(release: &Release, on: Day, head: Head<'_>) -> Result<String, DraftFailure> {
    let Head { name, version, author, reason } = head;
    let mut text =
        format!("overlay {name}\nversion {version}\ndated {on}\nauthor {author}\nreason {reason}\n");
    let before = text.len();
    let mut meant = release.clone();
    for antigen in &mut meant.antigens {
        for series in &mut antigen.series {
            for dose in &mut series.doses {
                let now = dose.clone();
                move_to(dose, on);
                if *dose != now {
                    let number = dose.number;
                    // a string takes every text
                    let _ =
                        write!(text, "\nantigen {}\nseries {}\ndose {number}\n", antigen.name, series.name);
                    edits(&mut text, &now, dose);
                }
            }
        }
    }
    if text.len() == before {
        return Err(DraftFailure::NothingToMove(release.name.clone()));
    }
    let mut found = release.clone();
    Overlay::parse(&text)?.apply(&mut found)?;
    if found == meant { Ok(text) } else { Err(DraftFailure::NotAsMeant(release.name.clone())) }
}

/// Moves the season of a dose on by as many years as it takes to speak for the day, and with
/// it what its conditional skips count by.
fn move_to(dose: &mut SeriesDose, on: Day) {
    let Some(season) = dose.season else { return };
    let moved = |years: i32| Season {
        start: season.start.map(|day| day.plus_years(years)),
        end: season.end.map(|day| day.plus_years(years)),
    };
    let speaks = |years: &i32| moved(*years).known_until().is_none_or(|last| on <= last);
    let Some(years) = (0..100).find(speaks).filter(|years| *years > 0) else { return };
    dose.season = Some(moved(years));
    let is_of_season = |day: Day| season.start.is_some_and(|start| (day.days_since(start)).abs() <= 366);
    let sets = dose.conditional_skips.iter_mut().flat_map(|skip| &mut skip.sets);
    for condition in sets.flat_map(|set| &mut set.conditions) {
        let Condition::VaccineCount(count) = condition else { continue };
        for day in [&mut count.given_from, &mut count.given_before].into_iter().flatten() {
            if is_of_season(*day) {
                *day = day.plus_years(years);
            }
        }
    }
}

/// The lines that differ: each that goes, and what comes in its place with all that stands below it.
fn edits(text: &mut String, now: &SeriesDose, then: &SeriesDose) {
    for (gone, come) in tables::dose_blocks(now).iter().zip(tables::dose_blocks(then)) {
        if *gone == come {
            continue;
        }
        // a string takes every text
        let _ = writeln!(text, "- {}", gone[0]);
        for line in come {
            let _ = writeln!(text, "+ {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DraftFailure, Head, draft};
    use crate::compiled::Schedule;
    use crate::dates::Day;
    use crate::overlay::Overlay;
    use crate::season::SeasonStanding;
    use crate::tables::built_in;

    const HEAD: Head<'_> =
        Head { name: "season", version: "1", author: "A. Nurse", reason: "The season has begun" };

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a test writes dates that exist")
    }

    #[test]
    fn with_the_draft_every_season_speaks_for_the_day_or_is_yet_to_come() {
        let release = built_in().expect("the built-in tables can be read");
        for on in ["2026-04-15", "2026-07-01", "2026-11-25", "2027-02-15", "2031-08-27"] {
            let text = draft(&release, day(on), HEAD).expect("there is something to move");
            let overlay = Overlay::parse(&text).expect("it can be read");
            assert_eq!(overlay.dated, day(on));
            let schedule = Schedule::compile(&release, &[overlay]).expect("it fits");
            for held in schedule.seasons() {
                assert_eq!(held.standing(day(on)), SeasonStanding::Held, "{held} on {on}");
            }
        }
    }

    #[test]
    fn the_doses_of_the_season_are_counted_by_its_new_dates() {
        let release = built_in().expect("the built-in tables can be read");
        let text = draft(&release, day("2026-11-25"), HEAD).expect("there is something to move");
        let influenza =
            text.split("\nantigen ").find(|part| part.starts_with("Influenza")).expect("influenza");
        assert!(influenza.contains("+ season from 2026-07-01 through 2027-06-30"), "{influenza}");
        assert!(
            text.contains("given from 2026-07-01 until 2027-06-30")
                && text.contains("given until 2026-07-01")
        );
        assert!(!text.lines().any(|line| line.starts_with('+') && line.contains("2025-0")), "{text}");
    }

    #[test]
    fn a_release_whose_seasons_hold_needs_no_draft() {
        let release = built_in().expect("the built-in tables can be read");
        let nothing = draft(&release, day("2026-01-15"), HEAD);
        assert_eq!(nothing, Err(DraftFailure::NothingToMove(release.name.clone())));
    }
}

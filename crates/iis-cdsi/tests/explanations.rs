//! What stands behind "why?", as text: one page for each kind of reason, to be read as a nurse
//! would. `ACCEPT=1` rewrites the pages.

use iis_cdsi::codes::{Cvx, ObservationCode, Sex};
use iis_cdsi::dates::Day;
use iis_cdsi::explain::{Explanation, Line, Outcome};
use iis_cdsi::gather::{BirthDate, DoseGiven, History, ObservationMade};
use iis_cdsi::{Schedule, Scratch, tables};
use std::fmt::Write;
use std::path::Path;

/// Somebody with a question.
struct Case {
    /// The name of the page.
    name: &'static str,
    /// What it is about, as its title.
    title: &'static str,
    birth: &'static str,
    sex: Sex,
    /// `DATE CVX`
    doses: &'static [&'static str],
    /// Position of a dose that was flagged as defective.
    flagged: Option<usize>,
    /// `CODE` or `CODE DATE`
    observations: &'static [&'static str],
    on: &'static str,
    group: &'static str,
}

/// A girl without anything on her record.
const GIRL: Case = Case {
    name: "",
    title: "",
    birth: "",
    sex: Sex::Female,
    doses: &[],
    flagged: None,
    observations: &[],
    on: "",
    group: "",
};

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "too-young", title: "A dose six days before the first birthday",
           birth: "2025-03-10", doses: &["2026-03-04 03"], on: "2026-04-01", group: "MMR", ..GIRL },
    Case { name: "grace-period", title: "A few days early, by age and by interval: still counted",
           birth: "2025-03-10", doses: &["2025-03-10 08", "2025-04-04 08"], on: "2025-05-01", group: "HepB", ..GIRL },
    Case { name: "too-soon-in-days", title: "The second dose after three weeks",
           birth: "2025-03-10", doses: &["2025-03-10 08", "2025-03-31 08"], on: "2025-05-01", group: "HepB", ..GIRL },
    Case { name: "too-soon-in-months", title: "The second dose after five months, where six are needed",
           birth: "2023-03-10", doses: &["2024-03-10 83", "2024-08-11 83"], on: "2024-09-01", group: "HepA", ..GIRL },
    Case { name: "live-vaccine-before", title: "A live vaccine 22 days after another one",
           birth: "2025-03-10", doses: &["2026-03-10 21", "2026-04-01 03"], on: "2026-05-01", group: "MMR", ..GIRL },
    Case { name: "nasal-after-a-live-vaccine", title: "Influenza two weeks after MMR: only the nasal vaccine has to wait",
           birth: "2021-03-10", doses: &["2025-10-01 03"], on: "2025-10-15", group: "Influenza", ..GIRL },
    Case { name: "given-by-mistake", title: "An infant was given the RSV vaccine for the elderly",
           birth: "2025-09-10", doses: &["2025-11-01 303"], on: "2025-11-10", group: "RSV", ..GIRL },
    Case { name: "not-the-vaccine", title: "A vaccine that is not for this age",
           birth: "2008-03-10", doses: &["2025-03-10 189"], on: "2025-06-01", group: "HepB", ..GIRL },
    Case { name: "skipped-doses", title: "A late start: doses of the infant series are not needed any more",
           birth: "2023-03-10", doses: &["2024-07-01 133"], on: "2025-06-01", group: "Pneumococcal", ..GIRL },
    Case { name: "skipped-by-count", title: "Polio: the last dose is not needed when one was given after the fourth birthday",
           birth: "2019-03-10", doses: &["2019-05-10 10", "2019-07-10 10", "2023-06-10 10"], on: "2025-06-01", group: "Polio", ..GIRL },
    Case { name: "past-the-age", title: "Rotavirus: begun too late",
           birth: "2025-03-10", doses: &[], on: "2025-07-01", group: "Rotavirus", ..GIRL },
    Case { name: "given-past-the-age", title: "Rotavirus: a dose after the age limit",
           birth: "2025-03-10", doses: &["2025-05-10 116", "2025-12-01 116"], on: "2025-12-10", group: "Rotavirus", ..GIRL },
    Case { name: "contraindicated", title: "Pregnant",
           birth: "1995-03-10", observations: &["007"], on: "2025-06-01", group: "MMR", ..GIRL },
    Case { name: "immune-globulin", title: "Immune globulin six weeks ago",
           birth: "2025-03-10", doses: &["2026-02-10 30"], on: "2026-03-24", group: "Varicella", ..GIRL },
    Case { name: "vaccines-contraindicated", title: "Encephalopathy after a dose: no vaccine is left for the next one",
           birth: "2024-04-10", doses: &["2024-06-10 20"], observations: &["079"], on: "2024-09-15", group: "DTaP/Tdap/Td", ..GIRL },
    Case { name: "immune-by-test", title: "Proof of immunity in the laboratory",
           birth: "1995-03-10", observations: &["023"], on: "2025-06-01", group: "Varicella", ..GIRL },
    Case { name: "immune-by-birth", title: "Born before 1957",
           birth: "1950-03-10", on: "2025-06-01", group: "MMR", ..GIRL },
    Case { name: "extra", title: "One dose more than needed",
           birth: "2023-03-10", doses: &["2024-03-10 83", "2024-10-10 83", "2025-04-10 83"], on: "2025-06-01", group: "HepA", ..GIRL },
    Case { name: "defective", title: "A dose that was only partly given",
           birth: "2024-03-10", doses: &["2025-03-20 03"], flagged: Some(0), on: "2025-06-01", group: "MMR", ..GIRL },
    Case { name: "season-to-come", title: "Influenza before the season begins",
           birth: "2015-03-10", doses: &["2024-10-10 140"], on: "2025-06-01", group: "Influenza", ..GIRL },
    Case { name: "season-done", title: "Influenza: done for the season",
           birth: "2015-03-10", doses: &["2024-10-10 140", "2025-10-10 140"], on: "2025-12-01", group: "Influenza", ..GIRL },
    Case { name: "season-past", title: "Influenza: the schedule does not hold the season of the day",
           birth: "2015-03-10", doses: &["2024-10-10 140"], on: "2026-11-25", group: "Influenza", ..GIRL },
    Case { name: "season-past-and-given", title: "Influenza: given in a season that the schedule does not hold",
           birth: "2015-03-10", doses: &["2024-10-10 140", "2025-10-10 140", "2026-10-12 140"],
           on: "2026-11-25", group: "Influenza", ..GIRL },
    Case { name: "season-without-end", title: "COVID-19: the season began more than a year ago",
           birth: "1950-03-10", doses: &["2023-10-10 309", "2025-10-10 309", "2026-04-20 309", "2026-10-12 309"],
           on: "2026-11-25", group: "COVID-19", ..GIRL },
    Case { name: "risk-series", title: "No working spleen",
           birth: "2010-03-10", doses: &["2021-04-10 114"], observations: &["160"], on: "2025-06-01",
           group: "Meningococcal", ..GIRL },
    Case { name: "equivalent-series", title: "A series for a risk takes the place of the usual one",
           birth: "1968-03-10", observations: &["015"], on: "2025-11-01", group: "RSV", ..GIRL },
    Case { name: "several-antigens", title: "Measles alone once, then MMR: the antigens differ",
           birth: "2024-03-10", doses: &["2025-03-12 05"], on: "2025-04-01", group: "MMR", ..GIRL },
    Case { name: "dates-of-a-newborn", title: "Nothing given yet: where the dates come from",
           birth: "2025-03-10", on: "2025-03-10", group: "DTaP/Tdap/Td", ..GIRL },
    Case { name: "interval-from-an-observation", title: "RSV vaccine in pregnancy, counted from its begin",
           birth: "1995-03-10", observations: &["007", "170 2025-03-01"], on: "2025-09-15", group: "RSV", ..GIRL },
];

fn day(text: &str) -> Day {
    Day::parse(text).expect("a test writes dates that exist")
}

fn history(case: &Case) -> History {
    let dose = |text: &&str| {
        let (on, code) = text.split_once(' ').expect("date and code");
        DoseGiven::new(day(on), Cvx::parse(code).expect("a code"))
    };
    let observation = |text: &&str| {
        let (code, on) = text.split_once(' ').map_or((*text, None), |(code, on)| (code, Some(day(on))));
        ObservationMade { code: ObservationCode::parse(code).expect("a code"), on }
    };
    let mut history = History {
        birth: BirthDate::On(day(case.birth)),
        sex: case.sex,
        doses: case.doses.iter().map(dose).collect(),
        observations: case.observations.iter().map(observation).collect(),
        ..History::default()
    };
    if let Some(flagged) = case.flagged {
        history.doses[flagged].is_flagged = true;
    }
    history
}

fn page(case: &Case, schedule: &Schedule) -> String {
    let history = history(case);
    let said = schedule.explain(&history, day(case.on), &mut Scratch::default());
    let mut text = format!("# {}\n\nBorn on {}", case.title, case.birth);
    for dose in &history.doses {
        write!(text, "; {} on {}", schedule.vaccine_name(dose.cvx), dose.on).expect("a string takes text");
    }
    for made in &history.observations {
        write!(text, "; on the record: {}", schedule.observation_title(made.code))
            .expect("a string takes text");
    }
    writeln!(text, ". Asked on {} about {}.\n", case.on, case.group).expect("a string takes text");
    let group = schedule.vaccine_group_named(case.group).expect("a vaccine group");
    for dose in said.doses.iter().filter(|dose| dose.group == group) {
        writeln!(text, "* {}", dose.sentence).expect("a string takes text");
    }
    add_forecasts(&mut text, &said, case.group);
    text
}

fn add_forecasts(text: &mut String, said: &Explanation, group: &str) {
    for forecast in said.forecasts.iter().filter(|forecast| forecast.vaccine_group == group) {
        writeln!(text, "* {}", forecast.sentence).expect("a string takes text");
        if !forecast.blend.is_empty() {
            text.push_str("\nAll antigens together\n\n");
            forecast.blend.iter().for_each(|line| add_line(text, line));
        }
    }
    // of the others the first few show that they are told too
    let of_group = |best: bool| {
        said.series.iter().filter(move |series| series.vaccine_group == group && series.is_best == best)
    };
    for series in of_group(true).chain(of_group(false).take(1)) {
        let answers = if series.is_best { "gives the answer" } else { "looked at" };
        write!(text, "\n{} ({answers})\n\n", series.series).expect("a string takes text");
        series.lines.iter().for_each(|line| add_line(text, line));
    }
}

fn add_line(text: &mut String, line: &Line) {
    let mark = match line.outcome {
        Outcome::Holds => "holds",
        Outcome::Fails => "FAILS",
        Outcome::Noted => "",
    };
    writeln!(text, "    {mark:<5} {} [{}]", line.text, line.rule).expect("a string takes text");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told by the environment to rewrite its pages")]
fn golden_pages_of_explanations() {
    let release = tables::built_in().expect("the built-in tables can be read");
    let schedule = Schedule::compile(&release, &[]).expect("the built-in release can be compiled");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explanations");
    let accept = std::env::var("ACCEPT").is_ok();
    let mut differing = Vec::new();
    for case in CASES {
        let (path, page) = (folder.join(format!("{}.md", case.name)), page(case, &schedule));
        if accept {
            std::fs::write(&path, page).expect("the page can be written");
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&page) {
            differing.push(format!("{}\n{page}", case.name));
        }
    }
    assert!(differing.is_empty(), "these pages read otherwise:\n{}", differing.join("\n"));
}

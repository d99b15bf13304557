//! What this person needs today: the first thing on the record.

use super::{Said, in_order, words};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use iis_model::recommendation::{
    Forecast, ForecastStatus, Offer, Recommendation, SeasonGap, Standing, Vaccine, Visit,
};
use iis_model::{Date, RegistryNumber};
use std::collections::BTreeMap;

/// Vaccines named beside a dose; all of them stand on the page that says why.
const NAMED: usize = 4;

/// The card.
#[derive(Debug, Clone)]
pub(in crate::pages) struct NeedsView {
    /// `4 vaccines are needed today, 2 of them overdue.`
    pub(in crate::pages) answer: String,
    /// `Needs today, 03/02/2026`
    pub(in crate::pages) heading: String,
    /// Overdue first, then due, then what must not be given.
    pub(in crate::pages) rows: Vec<NeedRow>,
    /// What holds for live vaccines: today's when two are wanted, and what planned ones hold back.
    pub(in crate::pages) live: Vec<String>,
    /// `Due later`, `Complete` …, each with its groups.
    pub(in crate::pages) rest: Vec<RestLine>,
    /// Why nothing can be said; empty when something is.
    pub(in crate::pages) missing: Vec<String>,
    /// What was noticed about the person.
    pub(in crate::pages) notices: Vec<String>,
    /// The visit after today's.
    pub(in crate::pages) next: Option<NextVisit>,
    /// `Without a new dose this answer holds until 03/29/2026; it may change on 03/30/2026.`
    pub(in crate::pages) holds: String,
    /// Engine, release and overlays.
    pub(in crate::pages) made_by: String,
    /// The page where another day or planned doses are tried; empty on that page, where every link has to carry what was
    /// asked.
    pub(in crate::pages) what_if_href: String,
}

/// A group that needs something said.
#[derive(Debug, Clone)]
pub(in crate::pages) struct NeedRow {
    pub(in crate::pages) status: Status,
    /// The group, as the schedule names it.
    pub(in crate::pages) of: Box<str>,
    pub(in crate::pages) group: String,
    /// `dose 4`
    pub(in crate::pages) dose: String,
    /// `since 09/11/2025 (5 months ago)`
    pub(in crate::pages) wanted: String,
    /// Vaccines that fit dose and age, the best fit first.
    pub(in crate::pages) vaccines: String,
    /// `because of a risk`, `shared decision`, and what speaks against live vaccines; empty for what everybody of this age gets.
    pub(in crate::pages) note: String,
    pub(in crate::pages) sentence: String,
    pub(in crate::pages) href: String,
    /// Where a dose of it is recorded; empty: it must not be given, or whoever looks records none.
    pub(in crate::pages) give_href: String,
}

/// Groups for which nothing is to be done today.
#[derive(Debug, Clone)]
pub(in crate::pages) struct RestLine {
    pub(in crate::pages) status: Status,
    pub(in crate::pages) groups: String,
}

/// The visit after today's.
#[derive(Debug, Clone)]
pub(in crate::pages) struct NextVisit {
    /// `03/30/2026`
    pub(in crate::pages) on: String,
    /// `in 4 weeks`; seen from another day `4 weeks later`
    pub(in crate::pages) ahead: String,
    /// `Hepatitis B dose 3`
    pub(in crate::pages) wanted: Vec<String>,
    /// What can be given then as well.
    pub(in crate::pages) possible: String,
}

/// Makes the card.
pub(in crate::pages) fn needs(said: &Said, number: RegistryNumber, today: Date) -> NeedsView {
    let answer = &said.recommendation;
    let on = answer.assessed_on;
    let rows = rows(said, number);
    let about_person = answer.notices.iter().filter(|notice| notice.event.is_none());
    let notices: Vec<String> = about_person.map(|notice| words::sentence(&notice.text)).collect();
    let (missing, mut notices) =
        if answer.forecasts.is_empty() { (notices, Vec::new()) } else { (Vec::new(), notices) };
    notices.extend(season_gaps(answer));
    NeedsView {
        answer: in_a_sentence(answer),
        heading: if on == today {
            format!("Needs today, {}", format::date(on))
        } else {
            format!("Needs on {}", format::date(on))
        },
        live: live(&said.visits.today).into_iter().collect(),
        rest: rest(answer),
        next: said.visits.next.as_ref().map(|visit| next(visit, on, today)),
        holds: holds(answer),
        made_by: answer.made_by.to_string(),
        what_if_href: format!("/patients/{number}/what-if"),
        rows,
        missing,
        notices,
    }
}

impl NeedsView {
    /// Leaves out what is noticed of conditions: it is for who may record them.
    pub(in crate::pages) fn hide_notices(&mut self) {
        self.notices.clear();
    }

    /// The card with the way to record a dose of what is due: on its form the row is ticked. Not for what is contraindicated.
    pub(in crate::pages) fn givable(&mut self, said: &Said, number: RegistryNumber) {
        let answer = &said.recommendation;
        for forecast in one_a_group(answer) {
            let standing = forecast.standing(answer.assessed_on);
            let row = self.rows.iter_mut().find(|row| *row.of == *forecast.group.name);
            if let (Some(row), Standing::Overdue | Standing::Due) = (row, standing) {
                row.give_href = format!("/patients/{number}/doses/new?give={}", row_id(&forecast.group.name));
            }
        }
    }
}

/// The id of the row of a vaccine group on the form of a visit.
pub(in crate::pages::patients) fn row_id(group: &str) -> String {
    group.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

/// One forecast a group: of a risk and a standard one that ask for the same dose the more wanted.
pub(in crate::pages::patients) fn one_a_group(answer: &Recommendation) -> Vec<&Forecast> {
    let mut chosen: Vec<&Forecast> = Vec::new();
    for forecast in in_order(answer) {
        let standing = |forecast: &Forecast| forecast.standing(answer.assessed_on);
        match chosen.iter_mut().find(|other| other.group.name == forecast.group.name) {
            Some(other) if standing(other) <= standing(forecast) => {}
            Some(other) => *other = forecast,
            None => chosen.push(forecast),
        }
    }
    chosen
}

fn rows(said: &Said, number: RegistryNumber) -> Vec<NeedRow> {
    let answer = &said.recommendation;
    let on = answer.assessed_on;
    let mut wanted: Vec<(Standing, &Forecast)> = one_a_group(answer)
        .into_iter()
        .map(|forecast| (forecast.standing(on), forecast))
        .filter(|(standing, _)| {
            let contraindicated = Standing::Settled(ForecastStatus::Contraindicated);
            matches!(standing, Standing::Overdue | Standing::Due) || *standing == contraindicated
        })
        .collect();
    wanted.sort_by_key(|(standing, forecast)| (words::is_shared(forecast), *standing));
    let offers = &said.visits.today.offers;
    let offer_of = |forecast: &Forecast| offers.iter().find(|offer| offer.group.name == forecast.group.name);
    let row = |(_, forecast): (Standing, &Forecast)| NeedRow {
        status: words::standing(forecast, on),
        of: forecast.group.name.clone(),
        group: codes::schedule_group(&forecast.group.name),
        dose: forecast.dose_number.map(|dose| format!("dose {dose}")).unwrap_or_default(),
        wanted: words::wanted(forecast, on),
        vaccines: vaccines(offer_of(forecast)),
        note: words::note(forecast),
        sentence: words::sentence(&forecast.sentence),
        href: words::why_href(number, &forecast.group),
        give_href: String::new(),
    };
    wanted.into_iter().map(row).collect()
}

/// `DTaP, DTaP-Hib-IPV or 3 others`; live ones that an immunocompromise speaks against last, and marked.
fn vaccines(offer: Option<&Offer>) -> String {
    let Some(offer) = offer else { return String::new() };
    let is_cautioned = |vaccine: &Vaccine| offer.cautioned.contains(&vaccine.cvx);
    let (marked, free): (Vec<_>, Vec<_>) = offer.vaccines.iter().partition(|vaccine| is_cautioned(vaccine));
    // Where all are, the note of the row says it.
    let mark = words::caution(!offer.is_cautioned());
    let marked = marked.into_iter().map(|vaccine| format!("{}{mark}", vaccine.name));
    let names: Vec<String> = free.into_iter().map(|vaccine| vaccine.name.to_string()).chain(marked).collect();
    match names.len() {
        0..=NAMED => names.join(" · "),
        more => format!("{} · {} more", names[..NAMED].join(" · "), more - NAMED),
    }
}

fn in_a_sentence(answer: &Recommendation) -> String {
    let forecasts = one_a_group(answer).into_iter().filter(|forecast| !words::is_shared(forecast));
    let standings: Vec<Standing> = forecasts.map(|forecast| forecast.standing(answer.assessed_on)).collect();
    let count = |wanted: Standing| standings.iter().filter(|standing| **standing == wanted).count();
    let (overdue, due) = (count(Standing::Overdue), count(Standing::Due));
    let unknown = match count(Standing::SeasonUnknown) {
        0 => "",
        1 => " For 1 vaccine this season is not known.",
        _ => " For some vaccines this season is not known.",
    };
    let wanted = match (overdue, due) {
        _ if standings.is_empty() => "No forecast.".to_owned(),
        (0, 0) => "Nothing is due.".to_owned(),
        (0, 1) => "1 vaccine is due.".to_owned(),
        (0, due) => format!("{due} vaccines are due."),
        (1, 0) => "1 vaccine is overdue.".to_owned(),
        (overdue, 0) => format!("{overdue} vaccines are overdue."),
        (overdue, due) => format!("{} vaccines are due, {overdue} of them overdue.", overdue + due),
    };
    wanted + unknown
}

/// Live vaccines go together, unless an immunocompromise on record speaks against them: then nobody is told to give them.
fn live(today: &Visit) -> Option<String> {
    let until = today.live_apart_until?;
    let live =
        today.offers.iter().filter(|offer| offer.is_wanted() && offer.is_live && !offer.is_cautioned());
    let names: Vec<String> = live.map(|offer| codes::schedule_group(&offer.group.name)).collect();
    let text = Some(format!(
        "{} are live: give them on the same day. One that is left out has to wait until {}.",
        words::listed(&names),
        format::date(until)
    ));
    text.filter(|_| names.len() > 1)
}

/// What is not due, by how it stands.
fn rest(answer: &Recommendation) -> Vec<RestLine> {
    let on = answer.assessed_on;
    let mut by_standing: BTreeMap<Standing, (Status, Vec<String>)> = BTreeMap::new();
    for forecast in one_a_group(answer).into_iter().filter(|forecast| !forecast.is_irrelevant) {
        let standing = forecast.standing(on);
        let status = match standing {
            Standing::Overdue | Standing::Due | Standing::Settled(ForecastStatus::Contraindicated) => {
                continue;
            }
            Standing::Possible => Status::new(Shape::Later, "Can be given already"),
            _ => words::standing(forecast, on),
        };
        let line = by_standing.entry(standing).or_insert((status, Vec::new()));
        line.1.push(in_rest(forecast, on));
    }
    let line = |(status, groups): (Status, Vec<String>)| RestLine { status, groups: groups.join(" · ") };
    by_standing.into_values().map(line).collect()
}

/// A season that the schedule does not hold must not read as "complete" or "no vaccine needed".
fn season_gaps(answer: &Recommendation) -> Vec<String> {
    let mut gaps: BTreeMap<SeasonGap, Vec<String>> = BTreeMap::new();
    for forecast in one_a_group(answer) {
        let Some(gap) = forecast.season_gap else { continue };
        gaps.entry(gap).or_default().push(codes::schedule_group(&forecast.group.name));
    }
    let said = gaps.into_iter().map(|(gap, groups)| {
        let gap = words::season_gap(gap, &answer.made_by.release);
        let groups = words::listed(&groups);
        format!(
            "{groups}: {gap}. What is recommended in the season since then is not known: follow this season’s guidance."
        )
    });
    said.collect()
}

/// `MMR dose 2 from 02/11/2028`; only the group when nothing more is to come.
fn in_rest(forecast: &Forecast, on: Date) -> String {
    let group = codes::schedule_group(&forecast.group.name);
    let is_needed = forecast.dates.is_some() || forecast.undated.is_some();
    let caution = words::caution(forecast.is_cautioned);
    match forecast.dose_number.filter(|_| is_needed) {
        Some(dose) if forecast.standing(on) == Standing::Possible => {
            format!("{group} dose {dose} (due {}){caution}", words::wanted(forecast, on))
        }
        Some(dose) => format!("{group} dose {dose} {}{caution}", words::wanted(forecast, on)),
        None => group,
    }
}

fn next(visit: &Visit, on: Date, today: Date) -> NextVisit {
    let name = |offer: &Offer| {
        let group = codes::schedule_group(&offer.group.name);
        format!("{group} dose {}{}", offer.dose_number, words::caution(offer.is_cautioned()))
    };
    let possible: Vec<String> = visit.offers.iter().filter(|offer| !offer.is_wanted()).map(name).collect();
    NextVisit {
        on: format::date(visit.on),
        ahead: match words::ahead(visit.on, on) {
            ahead if on == today => format!("in {ahead}"),
            ahead => format!("{ahead} later"),
        },
        wanted: visit.offers.iter().filter(|offer| offer.is_wanted()).map(name).collect(),
        possible: possible.join(" · "),
    }
}

fn holds(answer: &Recommendation) -> String {
    match answer.changes_on() {
        Some(day) => format!("The answer next changes on {}, if no dose is given before.", format::date(day)),
        None if answer.forecasts.is_empty() => String::new(),
        None => "The answer stays until another dose is given.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, needs};
    use crate::pages::patients::recommendation::words::LIVE;
    use iis_model::Coded;
    use iis_model::testing::{person, record};
    use iis_registry::desk::saying::{Observed, observation};
    use iis_registry::recommend::Schedules;
    use jiff::civil::date;

    /// Row, next visit and what comes later name the caution, and nobody is told to give live vaccines together.
    #[test]
    fn an_immunocompromise_on_record_is_told_wherever_a_live_vaccine_is_named() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // born         immunocompromised   in rows   later   told to give together
            ("2012-02-11",  false,              0,        false,  true),
            ("2012-02-11",  true,               2,        false,  false),
            ("2025-09-02",  false,              0,        false,  false),
            ("2025-09-02",  true,               0,        true,   false), // 6 months: from 12 months on
        ];
        for (born, is_known, in_rows, is_later, is_together) in table {
            let vxc27 = Coded::new("VXC27", "", "CDCPHINVS");
            let known = observation(Observed::Contraindication, vxc27, "2026-02-01".parse().expect("a date"));
            let record = record(person().born(born), Some(known).filter(|_| is_known).into_iter().collect());
            let said = Said::of(&Schedules::built_in(), &record, today);
            let view = needs(&said, record.registry_number, today);
            let marked = view.rows.iter().filter(|row| row.note.contains(LIVE)).count();
            assert_eq!(marked, in_rows, "{born} {is_known}: {:?}", view.rows);
            let later = view.rest.iter().any(|line| line.groups.contains(&format!("({LIVE})")));
            assert_eq!(later, is_later, "{born} {is_known}: {:?}", view.rest);
            let together = view.live.iter().any(|text| text.contains("give them on the same day"));
            assert_eq!(together, is_together, "{born} {is_known}: {:?}", view.live);
        }
    }
}

//! What other reports of a dose go on saying after the one is corrected: told with the way to each, so that nobody leaves a
//! dose on the record that nobody gave, or a vaccine, lot or day that was wrong.

use super::mend;
use super::take_back::{AlsoSaid, also_said};
use iis_matching::vaccination::{Together, Vaccines, together};
use iis_model::record::PersonRecord;
use iis_model::stock::fold_lot;
use iis_model::{Gist, OrganizationId, ReportedEvent};
use iis_registry::desk::{ReportKey, SaidBeside};
use std::fmt::Write;

/// What was done, and of which other reports it is told: the tail of an address.
pub(super) fn done(
    (said, now): (&ReportedEvent, &ReportedEvent),
    own: OrganizationId,
    others: &[SaidBeside],
) -> String {
    let stays = others.iter().filter_map(|other| Some((what_stays((said, now), own, other)?, other.key)));
    let mut stays: Vec<(Stays, ReportKey)> = stays.collect();
    stays.sort_unstable();
    let Some((worst, _)) = stays.first() else { return "corrected".to_owned() };
    let mut tail = format!("corrected-{}&others=", worst.word());
    for (at, (_, (record, report))) in stays.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(tail, "{comma}{}.{}", record.0, report.0);
    }
    tail
}

/// What another report goes on saying, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    /// The dose as it was, beside the corrected one.
    Dose,
    Vaccine,
    Lot,
    Day,
}

impl Stays {
    const fn word(self) -> &'static str {
        match self {
            Self::Dose => "stays",
            Self::Vaccine => "vaccine",
            Self::Lot => "lot",
            Self::Day => "day",
        }
    }
}

/// What of a correction another report contradicts; none: it says what is said now, or what nobody changed.
fn what_stays(
    (said, now): (&ReportedEvent, &ReportedEvent),
    own: OrganizationId,
    other: &SaidBeside,
) -> Option<Stays> {
    let number = |event: &ReportedEvent| event.lot.number.get().map(|lot| fold_lot(lot));
    let lot = |event: &ReportedEvent| number(event).filter(|lot| !lot.is_empty());
    let gist = Gist::of(&other.said);
    let is_with = |event: &ReportedEvent| {
        let both = together((&Gist::of(event), own), (&gist, other.organization_id), &Vaccines::built_in());
        matches!(both, Together::One(_))
    };
    // what stood beside it by a third report alone does so on, whatever this one says
    if is_with(said) && !is_with(now) {
        return Some(Stays::Dose);
    }
    if now.cvx.value != said.cvx.value && other.said.cvx.value != now.cvx.value {
        Some(Stays::Vaccine)
    } else if lot(now) != lot(said) && lot(&other.said).is_some_and(|other| Some(other) != lot(now)) {
        Some(Stays::Lot)
    } else if now.given_on.value != said.given_on.value && other.said.given_on.value != now.given_on.value {
        Some(Stays::Day)
    } else {
        None
    }
}

/// The notice of a correction that other reports contradict.
pub(in super::super) fn words(what: &str) -> Option<String> {
    let what = match what {
        "stays" => {
            let text = "Your report is corrected. Another report still says the dose as it was: it stands below and counts, and \
                        what it took from the stock stays taken. If nobody gave it, correct or remove that report too.";
            return Some(text.to_owned());
        }
        "vaccine" => "vaccine",
        "lot" => "lot",
        "day" => "date",
        _ => return None,
    };
    Some(format!(
        "Your report is corrected. Another report of the same dose still says the {what} that you changed: correct that \
         report too."
    ))
}

/// The reports of an address that stand on the record, each with what can be done about it.
pub(in crate::pages::patients) fn still_said(
    record: &PersonRecord,
    own: OrganizationId,
    others: &str,
) -> Vec<AlsoSaid> {
    let keys: Vec<ReportKey> = others.split(',').filter_map(mend::key).collect();
    let reports = record.events.iter().flat_map(|event| &event.reports);
    let named = reports.filter(|report| keys.contains(&(report.source_record_id, report.report_id)));
    let label = "Correct or remove that report";
    named.map(|report| also_said(report, own, label, |key| mend::href(record.registry_number, key))).collect()
}

#[cfg(test)]
mod tests {
    use super::{done, words};
    use iis_model::InformationSource::NewImmunization;
    use iis_model::testing::dose;
    use iis_model::{OrganizationId, ReportId, ReportedEvent, SourceRecordId};
    use iis_registry::desk::SaidBeside;

    /// Lot, vaccine and day.
    type Said = (&'static str, u16, &'static str);

    const SAID: Said = ("L1", 3, "2024-06-17");

    fn event((lot, cvx, day): Said) -> ReportedEvent {
        dose(NewImmunization).vaccine(cvx).lot(lot).given(day)
    }

    #[test]
    fn what_other_reports_go_on_saying_after_a_correction_is_told_and_nothing_else() {
        let own = OrganizationId(1);
        let (later, much_later) = ("2024-06-18", "2024-09-18");
        let (_, mmr, day) = SAID;
        let (polio, mmrv) = (10, 94);
        #[rustfmt::skip]
        let table = [
            // the other report   corrected to              told
            (SAID,                ("L2", mmr, day),         "corrected-lot&others=7.8"),
            (("L2", mmr, day),    ("L2", mmr, day),         "corrected"), // it says so already
            (("l-2", mmr, day),   ("L2", mmr, day),         "corrected"), // written otherwise
            (("", mmr, day),      ("L2", mmr, day),         "corrected"), // it names none
            (("L3", mmr, day),    SAID,                     "corrected"), // nobody changed the lot
            (SAID,                ("L1", polio, day),       "corrected-stays&others=7.8"),
            (("L1", polio, day),  ("L1", polio, day),       "corrected"),
            (SAID,                ("L1", mmrv, day),        "corrected-vaccine&others=7.8"),
            (SAID,                ("L1", mmr, later),       "corrected-day&others=7.8"),
            (SAID,                ("L1", mmr, much_later),  "corrected-stays&others=7.8"),
            (("L1", mmr, later),  ("L1", mmr, later),       "corrected"),
            (("L2", mmr, later),  SAID,                     "corrected"), // it stands beside it by a third report
            (("L2", mmr, later),  ("L3", mmr, day),         "corrected-lot&others=7.8"),
        ];
        for (other, now, told) in table {
            let beside = SaidBeside {
                key: (SourceRecordId(7), ReportId(8)),
                organization_id: own,
                said: event(other),
            };
            assert_eq!(done((&event(SAID), &event(now)), own, &[beside]), told, "{other:?} {now:?}");
            let what = told.strip_prefix("corrected-").and_then(|rest| rest.split('&').next());
            assert_eq!(what.map(|what| words(what).is_some()), what.map(|_| true), "it has words");
        }
    }
}

//! The status of a person: one packed row with dates per vaccine group.
//!
//! It holds dates and a code, never the words due or overdue: those follow from the day of
//! the question, so that the start of a season rewrites nobody's row. The row holds until
//! the day before `re_evaluate_on`.

use crate::answer::{Answer, ForecastDates, SeriesStatus, StatusReason};
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::plan::Timing;
use crate::process::Scratch;
use crate::supporting::model::SeriesType;

/// The status of a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// The first day on which the row has to be made again, if no dose comes before.
    pub re_evaluate_on: Option<Day>,
    /// One entry a forecast, in the order of the vaccine groups. Groups of which nothing is
    /// to be said (no series applies) are left out.
    pub groups: Vec<GroupStatus>,
}

/// The status of a person in a vaccine group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GroupStatus {
    /// Position of the vaccine group in the release.
    pub group: u8,
    /// It comes from a risk series.
    pub is_risk: bool,
    /// Status of the series.
    pub status: SeriesStatus,
    /// Why.
    pub reason: StatusReason,
    /// Number of the dose forecast; 0 when none is.
    pub dose_number: u8,
    /// Doses that count.
    pub valid_doses: u8,
    /// Dates, when a dose is needed and they are known.
    pub dates: Option<ForecastDates>,
    /// A dose is needed, at a time that counts from a day that is not on record: it has no dates.
    pub is_undated: bool,
}

impl Schedule {
    /// The status that the answer gives that was made last with this room.
    #[must_use]
    pub fn status(&self, answer: &Answer, scratch: &Scratch) -> Status {
        let said =
            answer.forecasts.iter().filter(|forecast| forecast.reason != StatusReason::NoSeriesApplies);
        let groups = said.map(|forecast| {
            let timing = self.timing(forecast, answer.assessed_on, scratch);
            let (status, reason) = match timing {
                Timing::Over => (SeriesStatus::NotRecommended, StatusReason::WeeksOver),
                Timing::Undated(_) => (SeriesStatus::NotComplete, StatusReason::DoseNeeded),
                Timing::Holds => (forecast.status, forecast.reason),
            };
            GroupStatus {
                group: forecast.group,
                is_risk: forecast.series_type == SeriesType::Risk,
                status,
                reason,
                dose_number: match timing {
                    Timing::Over => 0,
                    Timing::Undated(_) => forecast.dose_number.max(1),
                    Timing::Holds => forecast.dose_number,
                },
                valid_doses: forecast.valid_doses,
                dates: self.dates_in_practice(forecast, scratch).filter(|_| timing == Timing::Holds),
                is_undated: matches!(timing, Timing::Undated(_)),
            }
        });
        let over = answer.forecasts.iter().filter_map(|forecast| self.over_from(forecast, scratch));
        let later = over.filter(|day| *day > answer.assessed_on).chain(answer.re_evaluate_on);
        Status { re_evaluate_on: later.min(), groups: groups.collect() }
    }
}

impl Status {
    /// Packs the row: a form byte, the date, then each group in 5 bytes and 3 a date.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + self.groups.len() * 17);
        bytes.push(FORM);
        put_date(&mut bytes, self.re_evaluate_on);
        for group in &self.groups {
            let [earliest, recommended, past_due, latest] = dates_of(group);
            let present = u8::from(earliest.is_some())
                | (u8::from(past_due.is_some()) << 1)
                | (u8::from(latest.is_some()) << 2)
                | (u8::from(group.is_risk) << 3)
                | (u8::from(group.is_undated) << 4);
            bytes.extend([
                group.group,
                present,
                ((group.status as u8) << 4) | group.reason as u8,
                group.dose_number,
                group.valid_doses,
            ]);
            for date in [earliest, recommended, past_due, latest].into_iter().flatten() {
                put_date(&mut bytes, Some(date));
            }
        }
        bytes
    }

    /// Unpacks a row; `None` when it is not one of this form.
    #[must_use]
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[FORM])?;
        let re_evaluate_on = take_date(&mut rest)?;
        let mut groups = Vec::new();
        while let Some((head, behind)) = rest.split_first_chunk::<5>() {
            rest = behind;
            let [group, present, codes, dose_number, valid_doses] = *head;
            let mut date =
                |bit: u8| if present >> bit & 1 == 1 { take_date(&mut rest).map(Some) } else { Some(None) };
            let (earliest, recommended) = (date(0)?.flatten(), date(0)?.flatten());
            let (past_due, latest) = (date(1)?.flatten(), date(2)?.flatten());
            let dates = match (earliest, recommended) {
                (Some(earliest), Some(recommended)) => {
                    Some(ForecastDates { earliest, recommended, past_due, latest })
                }
                _ => None,
            };
            groups.push(GroupStatus {
                group,
                is_risk: present >> 3 & 1 == 1,
                status: *SeriesStatus::ALL.get(usize::from(codes >> 4))?,
                reason: *StatusReason::ALL.get(usize::from(codes & 15))?,
                dose_number,
                valid_doses,
                dates,
                is_undated: present >> 4 & 1 == 1,
            });
        }
        rest.is_empty().then_some(Self { re_evaluate_on, groups })
    }
}

/// The form of the row; another form, or the same one filled in otherwise, gets another number.
pub const FORM: u8 = 4;

fn dates_of(group: &GroupStatus) -> [Option<Day>; 4] {
    match group.dates {
        Some(dates) => [Some(dates.earliest), Some(dates.recommended), dates.past_due, dates.latest],
        None => [None; 4],
    }
}

/// A date in three bytes, as days since 1 January 1800; 0 is none. Dates that do not fit
/// become the nearest that does.
fn put_date(bytes: &mut Vec<u8>, date: Option<Day>) {
    let number = date.map_or(0, |day| day.days_since(FIRST).clamp(1, 0x00FF_FFFF));
    bytes.extend(&number.to_be_bytes()[1..]);
}

/// `None`: the bytes end too early.
#[expect(clippy::option_option, reason = "no bytes and no date are two things")]
fn take_date(bytes: &mut &[u8]) -> Option<Option<Day>> {
    let ([a, b, c], rest) = bytes.split_first_chunk::<3>()?;
    *bytes = rest;
    let number = i32::from_be_bytes([0, *a, *b, *c]);
    Some((number != 0).then(|| FIRST.plus_days(number)))
}

const FIRST: Day = Day::from_civil(1800, 1, 1);

#[cfg(test)]
mod tests {
    use super::{GroupStatus, Status};
    use crate::answer::{ForecastDates, SeriesStatus, StatusReason};
    use crate::dates::Day;
    use proptest::prelude::*;

    fn date() -> impl Strategy<Value = Day> {
        (-60_000..300_000i32).prop_map(Day::from_number)
    }

    fn dates() -> impl Strategy<Value = ForecastDates> {
        (date(), date(), proptest::option::of(date()), proptest::option::of(date())).prop_map(
            |(earliest, recommended, past_due, latest)| ForecastDates {
                earliest,
                recommended,
                past_due,
                latest,
            },
        )
    }

    prop_compose! {
        fn group()(
            (group, dose_number, valid_doses) in any::<(u8, u8, u8)>(),
            is_risk in any::<bool>(),
            status in proptest::sample::select(SeriesStatus::ALL.as_slice()),
            reason in proptest::sample::select(StatusReason::ALL.as_slice()),
            dates in proptest::option::of(dates()),
            is_undated in any::<bool>(),
        ) -> GroupStatus {
            GroupStatus { group, is_risk, status, reason, dose_number, valid_doses, dates, is_undated }
        }
    }

    proptest! {
        #[test]
        fn a_row_packed_and_unpacked_is_the_same(
            groups in proptest::collection::vec(group(), 0..30),
            re_evaluate_on in proptest::option::of(date()),
        ) {
            // Without dates nothing can be past due or latest, so those are never kept alone.
            let status = Status { re_evaluate_on, groups };
            prop_assert_eq!(Status::unpack(&status.pack()), Some(status));
        }

        #[test]
        fn rubbish_is_refused_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Status::unpack(&bytes);
        }
    }

    #[test]
    fn a_row_cut_short_is_refused() {
        let status = Status {
            re_evaluate_on: None,
            groups: vec![GroupStatus {
                group: 3,
                is_risk: false,
                status: SeriesStatus::Complete,
                reason: StatusReason::SeriesComplete,
                dose_number: 0,
                valid_doses: 2,
                dates: None,
                is_undated: false,
            }],
        };
        let bytes = status.pack();
        assert_eq!(bytes.len(), 9);
        for length in (0..bytes.len()).filter(|length| *length != 4) {
            assert_eq!(Status::unpack(&bytes[..length]), None, "{length}");
        }
    }
}

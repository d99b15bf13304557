//! Ages in whole months.

use iis_model::Date;

/// The whole months from a day to a later one; `None` when it is not later.
pub(crate) fn months(from: Date, to: Date) -> Option<u16> {
    if to < from {
        return None;
    }
    let month = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let whole = month(to) - month(from) - i32::from(to.day() < from.day());
    u16::try_from(whole.max(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::months;
    use iis_model::Date;

    #[test]
    fn a_month_is_whole_on_its_day() {
        let day = |year, month, day| Date::constant(year, month, day);
        #[rustfmt::skip]
        let table = [
            (day(2025, 1, 15), day(2025, 2, 14), Some(0)),
            (day(2025, 1, 15), day(2025, 2, 15), Some(1)),
            (day(2025, 1, 15), day(2026, 1, 14), Some(11)),
            (day(2025, 1, 31), day(2025, 2, 28), Some(0)),
            (day(2025, 1, 15), day(2025, 1, 14), None),
        ];
        for (from, to, expected) in table {
            assert_eq!(months(from, to), expected, "{from} {to}");
        }
    }
}

//! Dates of birth.

use super::levels::Birth;
use iis_model::Date;

pub(super) fn birth(a: Option<Date>, b: Option<Date>) -> Birth {
    let (Some(a), Some(b)) = (a, b) else { return Birth::Missing };
    if a == b {
        return Birth::Exact;
    }
    let (year, month, day) = (a.year() == b.year(), a.month() == b.month(), a.day() == b.day());
    if year && a.month() == b.day() && a.day() == b.month() {
        return Birth::Swapped;
    }
    let days = (a - b).get_days().unsigned_abs();
    match (year, month, day) {
        _ if days <= 3 => Birth::Near,
        (true, true, false) => Birth::Day,
        (true, false, true) => Birth::Month,
        (false, true, true) if (a.year() - b.year()).abs() == 1 => Birth::NextYear,
        (false, true, true) => Birth::Year,
        (true, false, false) => Birth::OnlyYear,
        _ => Birth::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::{Birth, birth};

    #[test]
    fn dates_agree_by_the_parts_that_differ() {
        #[rustfmt::skip]
        let table = [
            ("2020-01-15", "2020-01-15", Birth::Exact),
            ("2020-03-11", "2020-11-03", Birth::Swapped),
            ("2020-01-31", "2020-02-01", Birth::Near),
            ("2020-01-15", "2020-01-18", Birth::Near),
            ("2020-01-15", "2020-01-19", Birth::Day),
            ("2020-01-15", "2020-02-15", Birth::Month),
            ("2020-01-15", "2021-01-15", Birth::NextYear),
            ("2020-01-15", "2010-01-15", Birth::Year),
            ("2020-01-15", "2020-03-20", Birth::OnlyYear),
            ("2020-01-15", "1987-06-02", Birth::Different),
        ];
        for (a, b, level) in table {
            let (a, b) = (a.parse().ok(), b.parse().ok());
            assert_eq!((birth(a, b), birth(b, a)), (level, level), "{a:?} {b:?}");
        }
        assert_eq!(birth(None, "2020-01-15".parse().ok()), Birth::Missing);
    }
}

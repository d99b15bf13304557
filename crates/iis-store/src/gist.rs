//! How a [`Gist`] is kept: a version, flags, fixed fields, texts with their lengths; observations, which few reports
//! have, as JSON. Some thirty bytes for a dose, read fifty times as fast as the report it was made of.

use crate::StoreError;
use iis_model::date::Precision;
use iis_model::event::Amount;
use iis_model::{Completion, Cvx, Date, EventKind, Gist, Mvx, PartialDate};

/// The form that is written; the only one so far.
const VERSION: u8 = 1;

const KINDS: [EventKind; 4] =
    [EventKind::Administered, EventKind::Historical, EventKind::Refusal, EventKind::Observation];

/// The first byte of flags, above the two bits of the kind.
const IS_DELETE: u8 = 1 << 2;
const HAS_NDC: u8 = 1 << 3;
const COMPLETION_SHIFT: u8 = 4;

/// Stands for no vaccine at all; CVX codes have at most four digits.
const NO_VACCINE: u16 = u16::MAX;

/// The gist as bytes.
pub(crate) fn pack(gist: &Gist) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::with_capacity(48);
    let kind = KINDS.iter().position(|kind| *kind == gist.kind).unwrap_or(0);
    let completion = gist.completion.and_then(|value| Completion::ALL.iter().position(|one| *one == value));
    let number = |place: Option<usize>| place.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0);
    out.push(VERSION);
    out.push(
        u8::try_from(kind).unwrap_or(0)
            | if gist.is_delete { IS_DELETE } else { 0 }
            | if gist.has_ndc { HAS_NDC } else { 0 }
            | number(completion) << COMPLETION_SHIFT,
    );
    put_date(&mut out, gist.given_on);
    out.extend(gist.cvx.map_or(NO_VACCINE, Cvx::number).to_le_bytes());
    put_date(&mut out, gist.lot_expires_on);
    put_text(&mut out, gist.lot_number.as_deref());
    put_text(&mut out, gist.manufacturer.as_ref().map(Mvx::as_str));
    put_text(&mut out, gist.route.as_deref());
    put_text(&mut out, gist.body_site.as_deref());
    put_text(&mut out, gist.amount.as_ref().map(|amount| &*amount.number));
    if let Some(amount) = &gist.amount {
        put_text(&mut out, Some(&amount.unit));
    }
    if !gist.observations.is_empty() {
        out.extend_from_slice(crate::json::text(&gist.observations)?.as_bytes());
    }
    Ok(out)
}

/// The gist of the bytes; `None` when they are not one.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Gist> {
    read(bytes.strip_prefix(&[VERSION])?).ok()
}

fn read(bytes: &[u8]) -> Result<Gist, NotAGist> {
    let mut rest = Rest(bytes);
    let [flags] = rest.take()?;
    let completion = match usize::from(flags >> COMPLETION_SHIFT) {
        0 => None,
        number => Some(*Completion::ALL.get(number - 1).ok_or(NotAGist)?),
    };
    let given_on = rest.date()?;
    let cvx = Some(u16::from_le_bytes(rest.take()?)).filter(|number| *number != NO_VACCINE).map(Cvx::new);
    let lot_expires_on = rest.date()?;
    let lot_number = rest.text()?.map(Into::into);
    let manufacturer = rest.text()?.map(str::parse).transpose().map_err(|_| NotAGist)?;
    let route = rest.text()?.map(Into::into);
    let body_site = rest.text()?.map(Into::into);
    let amount = match rest.text()? {
        Some(number) => Some(Amount { number: number.into(), unit: rest.text()?.ok_or(NotAGist)?.into() }),
        None => None,
    };
    let observations = match rest.0 {
        [] => Vec::new(),
        json => serde_json::from_slice(json).map_err(|_| NotAGist)?,
    };
    Ok(Gist {
        kind: KINDS[usize::from(flags & 3)],
        is_delete: flags & IS_DELETE != 0,
        completion,
        given_on,
        cvx,
        has_ndc: flags & HAS_NDC != 0,
        lot_number,
        lot_expires_on,
        manufacturer,
        route,
        body_site,
        amount,
        observations,
    })
}

/// The bytes break off, or hold what was never written.
struct NotAGist;

/// The bytes that are still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], NotAGist> {
        let (taken, after) = self.0.split_first_chunk().ok_or(NotAGist)?;
        self.0 = after;
        Ok(*taken)
    }

    fn date(&mut self) -> Result<Option<PartialDate>, NotAGist> {
        let [low, high, month, day] = self.take()?;
        let year = i16::from_le_bytes([low, high]);
        let part = |part| i8::try_from(part).map_err(|_| NotAGist);
        let date = match (year, part(month)?, part(day)?) {
            (0, 0, 0) => return Ok(None),
            (_, 0, _) => PartialDate::year(year),
            (_, month, 0) => PartialDate::month(year, month),
            (_, month, day) => {
                return Date::new(year, month, day).map(|day| Some(day.into())).map_err(|_| NotAGist);
            }
        };
        date.map(Some).map_err(|_| NotAGist)
    }

    fn text(&mut self) -> Result<Option<&'a str>, NotAGist> {
        let mut length = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let [byte] = self.take()?;
            length |= usize::from(byte & 0x7F).checked_shl(shift).ok_or(NotAGist)?;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let Some(length) = length.checked_sub(1) else { return Ok(None) };
        let (text, after) = self.0.split_at_checked(length).ok_or(NotAGist)?;
        self.0 = after;
        std::str::from_utf8(text).map(Some).map_err(|_| NotAGist)
    }
}

/// Year, month, day; a month or day that is not known is 0, and so is everything of no date.
fn put_date(out: &mut Vec<u8>, date: Option<PartialDate>) {
    let Some(date) = date else { return out.extend([0; 4]) };
    let first = date.first_day();
    let known = |is_known, part: i8| if is_known { part.unsigned_abs() } else { 0 };
    out.extend(first.year().to_le_bytes());
    out.push(known(date.precision() >= Precision::Month, first.month()));
    out.push(known(date.precision() == Precision::Day, first.day()));
}

/// The length plus one, seven bits a byte, and the text; 0: no text.
fn put_text(out: &mut Vec<u8>, text: Option<&str>) {
    let Some(text) = text else { return out.push(0) };
    let mut length = text.len() + 1;
    while length >= 0x80 {
        out.push(length.to_le_bytes()[0] | 0x80);
        length >>= 7;
    }
    out.push(length.to_le_bytes()[0]);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};
    use iis_model::event::{Amount, Observation, ObservationValue};
    use iis_model::testing::dose;
    use iis_model::{Coded, Completion, EventKind, Gist, Given, InformationSource, ReportedEvent};
    use proptest::prelude::*;

    fn back(gist: &Gist) -> Option<Gist> {
        unpack(&pack(gist).expect("it is packed"))
    }

    #[test]
    fn a_usual_dose_takes_some_thirty_bytes_and_comes_back() {
        let event = dose(InformationSource::NewImmunization).lot("AB1234").lot_expires(Some("2027-03"));
        let gist = Gist::of(&event);
        assert!(pack(&gist).expect("it is packed").len() < 40);
        assert_eq!(back(&gist), Some(gist));
    }

    #[test]
    fn what_is_not_a_gist_is_none() {
        let bytes = pack(&Gist::of(&dose(InformationSource::Historical))).expect("it is packed");
        for end in 0..bytes.len() {
            assert_eq!(unpack(&bytes[..end]), None, "broken off at {end}");
        }
        assert_eq!(unpack(&[2, 0, 0, 0]), None, "of a later form");
    }

    proptest! {
        #[test]
        fn whatever_was_reported_comes_back(
            lot in proptest::option::of(".{0,200}"),
            given_on in prop_oneof![Just(None), Just(Some("2020")), Just(Some("2020-02")), Just(Some("2020-02-29"))],
            completion in proptest::option::of(0..4_usize),
            kind in 0..4_usize,
            (code, number) in (".{0,20}", proptest::option::of("[0-9.]{0,9}")),
        ) {
            let mut event = ReportedEvent::new(super::KINDS[kind]);
            event.completion = completion.map(|at| Given::of(Completion::ALL[at])).unwrap_or_default();
            event.given_on = given_on.and_then(|text| text.parse().ok()).map(Given::of).unwrap_or_default();
            event.lot.number = lot.map(|lot| Given::of(lot.into_boxed_str())).unwrap_or_default();
            event.amount = number
                .map(|number| Given::of(Amount { number: number.into(), unit: "mL".into() }))
                .unwrap_or_default();
            if event.kind == EventKind::Observation {
                let about = Coded { code: code.into(), ..Coded::default() };
                let value = Given::of(ObservationValue::Text("said".into()));
                event.observations.push(Observation { about, group: "1".into(), value, observed_on: Given::default() });
            }
            let gist = Gist::of(&event);
            prop_assert_eq!(back(&gist), Some(gist));
        }

        #[test]
        fn any_bytes_are_a_gist_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = unpack(&bytes);
        }
    }
}

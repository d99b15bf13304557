//! A person's records in comparable form, packed: what is read of a candidate instead of what was reported.
//!
//! Some 200 bytes a record. Sounds and groups of short forms follow from the rest and are not stored; name shares are
//! the population's. The layout has a version: rows of another one are made again by rebuilding.

use super::names::Names;
use super::normalize::address::Street;
use super::normalize::newborn::Newborn;
use super::normalize::surname::{Suffix, Surname};
use super::subject::Subject;
use iis_model::person::Sex;
use iis_model::{Date, SourceRecordId};

/// The version of the layout: its first byte.
const LAYOUT: u8 = 1;

/// A source record in comparable form.
#[derive(Debug, Clone, PartialEq)]
pub struct PackedRecord {
    /// The source record.
    pub id: SourceRecordId,
    /// What it says.
    pub subject: Subject,
}

/// Packs the records of a person.
pub fn pack(records: &[PackedRecord]) -> Box<[u8]> {
    let mut out = Writer(Vec::with_capacity(records.len() * 256));
    out.0.push(LAYOUT);
    for record in records {
        out.number(record.id.0.cast_unsigned());
        out.subject(&record.subject);
    }
    out.0.into()
}

/// These bytes were not made by [`pack`] of this layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not records in comparable form of this layout")]
pub struct Unreadable;

/// Unpacks the records of a person.
pub fn unpack(bytes: &[u8], names: &Names) -> Result<Vec<PackedRecord>, Unreadable> {
    let (layout, rest) = bytes.split_first().ok_or(Unreadable)?;
    let mut reader = Reader(rest);
    let mut records = Vec::with_capacity(2);
    if *layout != LAYOUT {
        return Err(Unreadable);
    }
    while !reader.0.is_empty() {
        let id = SourceRecordId(reader.number()?.cast_signed());
        records.push(PackedRecord { id, subject: reader.subject(names)? });
    }
    Ok(records)
}

/// Writes numbers seven bits a byte, the last one without the high bit; texts and lists with their length before.
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            write(self, item);
        }
    }

    fn date(&mut self, date: Option<Date>) {
        // 0: none. Otherwise year, month, day as one number, which no date makes 0.
        let number = date.map_or(0, |date| {
            (i64::from(date.year()) + 10_000).cast_unsigned() * 512
                + u64::from(date.month().unsigned_abs()) * 32
                + u64::from(date.day().unsigned_abs())
        });
        self.number(number);
    }

    fn surname(&mut self, surname: &Surname) {
        self.text(&surname.whole);
        self.list(&surname.parts, |out, part| out.text(part));
        self.0.push(suffix_code(surname.suffix));
    }

    fn subject(&mut self, subject: &Subject) {
        self.text(&subject.first_whole);
        self.length(subject.first.len());
        self.list(&subject.other_firsts, |out, first| out.text(first));
        self.newborn(subject.newborn);
        self.text(&subject.middle);
        self.0.push(u8::from(subject.middle_from_first));
        self.surname(&subject.last);
        self.list(&subject.other_lasts, Self::surname);
        self.0.push(suffix_code(subject.suffix));
        self.date(subject.born_on);
        self.date(subject.died_on);
        self.0.push(sex_code(subject.sex));
        self.0.push(subject.multiple_birth.map_or(0, |is| 1 + u8::from(is)));
        self.0.push(subject.birth_order.unwrap_or(0));
        self.list(&subject.phones, |out, phone| out.number(*phone));
        self.list(&subject.emails, |out, email| out.text(email));
        self.list(&subject.streets, |out, street| {
            for part in [&street.number, &street.name, &street.unit] {
                out.text(part);
            }
        });
        self.list(&subject.zips, |out, zip| out.number(u64::from(*zip)));
        self.text(&subject.mother_first);
        self.surname(&subject.mother_maiden);
        self.surname(&subject.mother_last);
        for text in [&subject.guardian_first, &subject.ssn, &subject.medicaid, &subject.birth_certificate] {
            self.text(text);
        }
        self.list(&subject.mrns, |out, (authority, number)| {
            out.text(authority);
            out.text(number);
        });
    }

    fn newborn(&mut self, newborn: Option<Newborn>) {
        let Some(said) = newborn else { return self.0.push(0) };
        self.0.push(1 + u8::from(said.is_multiple));
        self.0.push(sex_code(said.sex));
        self.0.push(said.order.unwrap_or(0));
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (byte, rest) = self.0.split_first().ok_or(Unreadable)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Result<u64, Unreadable> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Unreadable)
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Result<T, Unreadable> {
        T::try_from(self.number()?).map_err(|_| Unreadable)
    }

    fn length(&mut self) -> Result<usize, Unreadable> {
        // Nothing is longer than what is left, which keeps strange bytes from asking for memory.
        self.small().and_then(|length| if length <= self.0.len() { Ok(length) } else { Err(Unreadable) })
    }

    fn text(&mut self) -> Result<&'a str, Unreadable> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| Unreadable)
    }

    fn boxed(&mut self) -> Result<Box<str>, Unreadable> {
        self.text().map(Into::into)
    }

    fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, Unreadable> {
        let length = self.length()?;
        (0..length).map(|_| read(self)).collect()
    }

    /// A value of a table by its place.
    fn of<T: Copy>(&mut self, table: &[T]) -> Result<T, Unreadable> {
        table.get(usize::from(self.byte()?)).copied().ok_or(Unreadable)
    }

    fn order(&mut self) -> Result<Option<u8>, Unreadable> {
        Ok(Some(self.byte()?).filter(|order| *order > 0))
    }

    fn date(&mut self) -> Result<Option<Date>, Unreadable> {
        let number = self.number()?;
        if number == 0 {
            return Ok(None);
        }
        let year = i64::try_from(number / 512).ok().and_then(|year| i16::try_from(year - 10_000).ok());
        let (month, day) = (i8::try_from(number / 32 % 16), i8::try_from(number % 32));
        let (Some(year), Ok(month), Ok(day)) = (year, month, day) else { return Err(Unreadable) };
        Date::new(year, month, day).map(Some).map_err(|_| Unreadable)
    }

    fn surname(&mut self) -> Result<Surname, Unreadable> {
        Ok(Surname { whole: self.boxed()?, parts: self.list(Self::boxed)?, suffix: self.of(&SUFFIXES)? })
    }

    fn subject(&mut self, names: &Names) -> Result<Subject, Unreadable> {
        let first_whole = self.boxed()?;
        let first = first_whole.get(..self.small()?).ok_or(Unreadable)?.into();
        let mut subject = Subject {
            first,
            first_whole,
            other_firsts: self.list(Self::boxed)?,
            newborn: self.newborn()?,
            middle: self.boxed()?,
            middle_from_first: self.byte()? == 1,
            last: self.surname()?,
            other_lasts: self.list(Self::surname)?,
            suffix: self.of(&SUFFIXES)?,
            born_on: self.date()?,
            died_on: self.date()?,
            sex: self.of(&SEXES)?,
            multiple_birth: self.of(&[None, Some(false), Some(true)])?,
            birth_order: self.order()?,
            phones: self.list(Self::number)?,
            emails: self.list(Self::boxed)?,
            streets: self.list(|reader| {
                Ok(Street { number: reader.boxed()?, name: reader.boxed()?, unit: reader.boxed()? })
            })?,
            zips: self.list(Self::small)?,
            mother_first: self.boxed()?,
            mother_maiden: self.surname()?,
            mother_last: self.surname()?,
            guardian_first: self.boxed()?,
            ssn: self.boxed()?,
            medicaid: self.boxed()?,
            birth_certificate: self.boxed()?,
            mrns: self.list(|reader| Ok((reader.boxed()?, reader.boxed()?)))?,
            ..Subject::default()
        };
        subject.derive(names);
        Ok(subject)
    }

    fn newborn(&mut self) -> Result<Option<Newborn>, Unreadable> {
        Ok(match self.byte()? {
            0 => None,
            kind => Some(Newborn { is_multiple: kind == 2, sex: self.of(&SEXES)?, order: self.order()? }),
        })
    }
}

const SUFFIXES: [Option<Suffix>; 5] =
    [None, Some(Suffix::Junior), Some(Suffix::Senior), Some(Suffix::Third), Some(Suffix::Fourth)];

/// What matching knows of sex: missing, female, male.
const SEXES: [Option<Sex>; 3] = [None, Some(Sex::Female), Some(Sex::Male)];

fn suffix_code(suffix: Option<Suffix>) -> u8 {
    place(&SUFFIXES, &suffix)
}

fn sex_code(sex: Option<Sex>) -> u8 {
    place(&SEXES, &sex)
}

fn place<T: PartialEq>(table: &[T], value: &T) -> u8 {
    (0..).zip(table).find(|(_, one)| *one == value).map_or(0, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::{PackedRecord, Unreadable, pack, unpack};
    use crate::patient::names::Names;
    use crate::patient::subject::Subject;
    use iis_model::SourceRecordId;
    use iis_model::testing::person;

    fn records(names: &Names) -> Vec<PackedRecord> {
        let ana = person().called("García-Núñez JR", "Ana María").mrn("7", "CLINIC7").born("1987-12-31");
        let newborn = person().called("DOE", "BABY BOY B");
        let record =
            |id, person| PackedRecord { id: SourceRecordId(id), subject: Subject::of(person, names) };
        vec![record(i64::MAX, &ana), record(2, &newborn)]
    }

    #[test]
    fn what_was_packed_is_unpacked_the_same() {
        let names = Names::built_in();
        let records = records(&names);
        assert_eq!(unpack(&pack(&records), &names), Ok(records));
        assert_eq!(unpack(&pack(&[]), &names), Ok(vec![]));
    }

    #[test]
    fn bytes_cut_short_or_of_another_layout_are_refused() {
        let names = Names::built_in();
        let packed = pack(&records(&names)[..1]);
        for end in (0..packed.len()).filter(|end| *end != 1) {
            assert_eq!(unpack(&packed[..end], &names), Err(Unreadable), "{end}");
        }
        let mut other = packed.into_vec();
        other[0] += 1;
        assert_eq!(unpack(&other, &names), Err(Unreadable));
    }
}

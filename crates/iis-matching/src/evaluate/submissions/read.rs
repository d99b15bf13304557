//! A file of submissions, read some hundred rows at a time on several threads.

use super::{kin, numbered, order, telecoms};
use crate::evaluate::FileError;
use crate::patient::link::{Record, Threads, on_threads};
use crate::patient::names::Names;
use csv::{Reader, ReaderBuilder, StringRecord};
use iis_model::person::{Address, PersonName, Sex};
use iis_model::{Demographics, Given};
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Rows that a thread takes at a time.
const ROWS: usize = 256;

/// Some records with their ids, and the place of the portion in the file.
type Portion = (usize, Vec<(String, Record)>);

pub(super) fn read(
    source: impl Read + Send,
    names: &Names,
    threads: Threads,
) -> Result<(Vec<String>, Vec<Record>), FileError> {
    let (columns, feed) = Feed::open(source)?;
    let read = on_threads(threads, |_| portions(&columns, &feed, names));
    let mut portions: Vec<Portion> = Vec::new();
    for part in read {
        portions.extend(part?);
    }
    portions.sort_unstable_by_key(|(nth, _)| *nth);
    Ok(portions.into_iter().flat_map(|(_, records)| records).unzip())
}

/// What one thread reads of the file.
fn portions<R: Read>(columns: &Columns, feed: &Feed<R>, names: &Names) -> Result<Vec<Portion>, FileError> {
    let mut portions = Vec::new();
    let mut rows = vec![StringRecord::new(); ROWS];
    loop {
        let (nth, count) = feed.next(&mut rows)?;
        if count == 0 {
            return Ok(portions);
        }
        let record = |row: &StringRecord| {
            let row = Row { columns, row };
            let id = row.get(Column::RecordId).to_owned();
            let record = Record::of(order(&id), &demographics(row), names);
            (id, record)
        };
        portions.push((nth, rows[..count].iter().map(record).collect()));
    }
}

/// The rows of a file, handed out to threads.
struct Feed<R>(Mutex<(Reader<R>, usize)>);

impl<R: Read> Feed<R> {
    fn open(source: R) -> Result<(Columns, Self), FileError> {
        let mut reader = ReaderBuilder::new().from_reader(source);
        let columns = Columns::of(reader.headers()?)?;
        Ok((columns, Self(Mutex::new((reader, 0)))))
    }

    /// Fills the rows; returns which portion it is, and how many rows there were.
    fn next(&self, rows: &mut [StringRecord]) -> Result<(usize, usize), FileError> {
        let (reader, nth) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count = 0;
        for row in rows {
            if !reader.read_record(row)? {
                break;
            }
            count += 1;
        }
        *nth += 1;
        Ok((*nth, count))
    }
}

macro_rules! columns {
    ($($column:ident = $name:literal,)*) => {
        /// A column of a file of submissions.
        #[derive(Debug, Clone, Copy)]
        #[repr(usize)]
        enum Column { $($column,)* }

        impl Column {
            const NAMES: &'static [&'static str] = &[$($name,)*];
        }
    };
}

columns! {
    RecordId = "record_id",
    FacilityId = "facility_id",
    Mrn = "mrn",
    LastName = "last_name",
    FirstName = "first_name",
    MiddleName = "middle_name",
    Suffix = "suffix",
    AliasLast = "alias_last",
    BirthDate = "birth_date",
    Sex = "sex",
    MultipleBirth = "multiple_birth",
    BirthOrder = "birth_order",
    MotherMaiden = "mother_maiden",
    MotherFirst = "mother_first",
    MotherLast = "mother_last",
    GuardianFirst = "guardian_first",
    GuardianLast = "guardian_last",
    Address1 = "address1",
    Address2 = "address2",
    City = "city",
    State = "state",
    Zip = "zip",
    Phone = "phone",
    Email = "email",
    Ssn = "ssn",
    MedicaidId = "medicaid_id",
}

/// The columns without which a file is none of submissions.
const NEEDED: [Column; 4] = [Column::RecordId, Column::LastName, Column::FirstName, Column::BirthDate];

/// Where each column stands in the file; none: it counts as empty.
struct Columns(Vec<Option<usize>>);

impl Columns {
    fn of(headers: &StringRecord) -> Result<Self, FileError> {
        // Of two columns of one name the last one counts.
        let place =
            |name: &&str| (0..headers.len()).rfind(|at| headers.get(*at).map(str::trim) == Some(*name));
        let columns = Self(Column::NAMES.iter().map(place).collect());
        match NEEDED.into_iter().find(|column| columns.0[*column as usize].is_none()) {
            Some(missing) => Err(FileError::Column(Column::NAMES[missing as usize])),
            None => Ok(columns),
        }
    }
}

/// One row; blanks around values do not count.
#[derive(Clone, Copy)]
struct Row<'a> {
    columns: &'a Columns,
    row: &'a StringRecord,
}

impl<'a> Row<'a> {
    fn get(self, column: Column) -> &'a str {
        let place = self.columns.0[column as usize];
        place.and_then(|at| self.row.get(at)).map_or("", str::trim)
    }
}

fn demographics(row: Row<'_>) -> Demographics {
    let named = |family: Column, given: &str| PersonName {
        family: row.get(family).into(),
        given: given.into(),
        ..PersonName::default()
    };
    let legal = PersonName {
        middle: row.get(Column::MiddleName).into(),
        suffix: row.get(Column::Suffix).into(),
        ..named(Column::LastName, row.get(Column::FirstName))
    };
    let mut person = Demographics { names: vec![legal.into()], ..Demographics::default() };
    if !row.get(Column::AliasLast).is_empty() {
        person.names.push(named(Column::AliasLast, "").into());
    }
    person.born_on = Given { value: row.get(Column::BirthDate).parse().ok(), ..Given::default() };
    person.sex = Given { value: Sex::from_code(row.get(Column::Sex)), ..Given::default() };
    person.multiple_birth = match row.get(Column::MultipleBirth) {
        "Y" => Given::of(true),
        "N" => Given::of(false),
        _ => Given::default(),
    };
    person.birth_order = Given { value: row.get(Column::BirthOrder).parse().ok(), ..Given::default() };
    person.mother_maiden_name = named(Column::MotherMaiden, "").into();
    for (code, first, last) in [
        ("MTH", Column::MotherFirst, Column::MotherLast),
        ("GRD", Column::GuardianFirst, Column::GuardianLast),
    ] {
        if !row.get(first).is_empty() || !row.get(last).is_empty() {
            person.next_of_kin.push(kin(code, named(last, row.get(first))));
        }
    }
    person.addresses.push(address(row).into());
    person.telecoms = telecoms(row.get(Column::Phone), row.get(Column::Email));
    person.identifiers = numbered([
        ("MR", row.get(Column::FacilityId), row.get(Column::Mrn)),
        ("SS", "", row.get(Column::Ssn)),
        ("MA", "", row.get(Column::MedicaidId)),
    ]);
    person
}

fn address(row: Row<'_>) -> Address {
    Address {
        street: row.get(Column::Address1).into(),
        other: row.get(Column::Address2).into(),
        city: row.get(Column::City).into(),
        state: row.get(Column::State).into(),
        zip: row.get(Column::Zip).into(),
        ..Address::default()
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::evaluate::FileError;
    use crate::patient::link::Threads;
    use crate::patient::names::Names;
    use std::fmt::Write as _;

    #[test]
    fn any_number_of_threads_reads_the_same_in_the_order_of_the_file() {
        let mut text = "last_name, first_name,record_id,birth_date\n".to_owned();
        for n in 0..3_000 {
            let _ = writeln!(text, "\" DOE\n{n}\",ANA,r{n},2020-01-15");
        }
        let names = Names::built_in();
        let on = |threads| {
            let threads = Threads::new(threads).expect("some");
            read(text.as_bytes(), &names, threads).expect("a file of submissions")
        };
        let (ids, records) = on(1);
        assert_eq!((ids.len(), &*ids[2_999], &*records[7].subject.last.whole), (3_000, "r2999", "DOE7"));
        for threads in [2, 5] {
            assert_eq!(on(threads), (ids.clone(), records.clone()), "{threads} threads");
        }
    }

    #[test]
    fn a_file_that_lacks_a_column_or_has_a_row_too_short_is_refused() {
        let refused = |text: &str| {
            let read = read(text.as_bytes(), &Names::built_in(), Threads::MIN);
            read.map(|_| ()).expect_err("it cannot be read")
        };
        let lacks = refused("record_id,last_name,birth_date\n");
        assert!(matches!(lacks, FileError::Column("first_name")), "{lacks}");
        let short = refused("record_id,last_name,first_name,birth_date\nr1,DOE\n");
        assert!(matches!(short, FileError::Csv(_)), "{short}");
    }
}

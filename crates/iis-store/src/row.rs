//! Rows that come back, read by position.

use crate::StoreError;
use iis_model::{Cvx, Date, PartialDate, RegistryNumber, Timestamp};
use rusqlite::types::ValueRef;
use serde::de::DeserializeOwned;
use tokio_postgres::types::FromSql;

/// One row of an answer, of either engine.
pub struct Row<'r>(pub(crate) RowOf<'r>);

pub(crate) enum RowOf<'r> {
    Lite(&'r rusqlite::Row<'r>),
    Pg(&'r tokio_postgres::Row),
}

/// One column's value as the engine hands it over, text and bytes borrowed.
pub enum Cell<'r> {
    /// No value.
    Null,
    /// A number; on SQLite also a truth value or a moment.
    I64(i64),
    /// A truth value (PostgreSQL).
    Bool(bool),
    /// Text; on SQLite also a day.
    Text(&'r str),
    /// Bytes.
    Bytes(&'r [u8]),
    /// A day (PostgreSQL).
    Date(Date),
    /// A moment (PostgreSQL).
    Time(Timestamp),
}

impl Row<'_> {
    /// The value of the column, from 0.
    pub fn get<T: Column>(&self, at: usize) -> Result<T, StoreError> {
        T::read(&self.cell(at)?).ok_or_else(|| misfit(at))
    }

    /// The text of the column, borrowed.
    pub fn text(&self, at: usize) -> Result<&str, StoreError> {
        match self.cell(at)? {
            Cell::Text(text) => Ok(text),
            _ => Err(misfit(at)),
        }
    }

    /// The bytes of the column, borrowed.
    pub fn bytes(&self, at: usize) -> Result<&[u8], StoreError> {
        match self.cell(at)? {
            Cell::Bytes(bytes) => Ok(bytes),
            _ => Err(misfit(at)),
        }
    }

    /// The JSON text of the column, read.
    pub fn json<T: DeserializeOwned>(&self, at: usize) -> Result<T, StoreError> {
        match self.cell(at)? {
            Cell::Text(text) => serde_json::from_str(text).map_err(|_| misfit(at)),
            _ => Err(misfit(at)),
        }
    }

    /// The column as it came.
    pub fn cell(&self, at: usize) -> Result<Cell<'_>, StoreError> {
        match self.0 {
            RowOf::Lite(row) => Ok(match row.get_ref(at).map_err(|_| misfit(at))? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(v) => Cell::I64(v),
                ValueRef::Text(v) => Cell::Text(std::str::from_utf8(v).map_err(|_| misfit(at))?),
                ValueRef::Blob(v) => Cell::Bytes(v),
                ValueRef::Real(_) => return Err(misfit(at)),
            }),
            RowOf::Pg(row) => row
                .try_get::<_, Option<Cell<'_>>>(at)
                .map(|cell| cell.unwrap_or(Cell::Null))
                .map_err(|_| misfit(at)),
        }
    }
}

fn misfit(at: usize) -> StoreError {
    StoreError::internal(format!("column {at} of a row does not have the type that is read"))
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(
        ty: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        use tokio_postgres::types::Type;
        Ok(match *ty {
            Type::INT8 => Cell::I64(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::I64(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
            Type::BYTEA => Cell::Bytes(raw),
            Type::DATE => Cell::Date(Date::from_sql(ty, raw)?),
            Type::TIMESTAMPTZ => Cell::Time(Timestamp::from_sql(ty, raw)?),
            _ => Cell::Text(<&str>::from_sql(ty, raw)?),
        })
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}

/// A type that a column can be read into.
pub trait Column: Sized {
    /// The value of the cell; `None` when it does not fit.
    fn read(cell: &Cell<'_>) -> Option<Self>;
}

macro_rules! column {
    ($($of:ty: $($cell:pat => $make:expr),+;)*) => {$(
        impl Column for $of {
            fn read(cell: &Cell<'_>) -> Option<Self> {
                match *cell { $($cell => $make,)+ _ => None }
            }
        }
    )*};
}

column! {
    i64: Cell::I64(v) => Some(v);
    bool: Cell::Bool(v) => Some(v), Cell::I64(v) => Some(v != 0);
    String: Cell::Text(v) => Some(v.to_owned());
    Box<str>: Cell::Text(v) => Some(v.into());
    Box<[u8]>: Cell::Bytes(v) => Some(v.into());
    [u8; 32]: Cell::Bytes(v) => v.try_into().ok();
    Date: Cell::Date(v) => Some(v), Cell::Text(v) => v.parse().ok();
    Timestamp: Cell::Time(v) => Some(v), Cell::I64(v) => Timestamp::from_microsecond(v).ok();
    PartialDate: Cell::Text(v) => v.parse().ok();
    Cvx: Cell::I64(v) => u16::try_from(v).ok().map(Cvx::new);
    RegistryNumber: Cell::I64(v) => RegistryNumber::from_i64(v).ok();
    iis_model::AccountId: Cell::I64(v) => Some(Self(v));
    iis_model::LotId: Cell::I64(v) => Some(Self(v));
    iis_model::StorageUnitId: Cell::I64(v) => Some(Self(v));
    iis_model::EventId: Cell::I64(v) => Some(Self(v));
    iis_model::MessageId: Cell::I64(v) => Some(Self(v));
    iis_model::OrganizationId: Cell::I64(v) => Some(Self(v));
    iis_model::PersonId: Cell::I64(v) => Some(Self(v));
    iis_model::ReportId: Cell::I64(v) => Some(Self(v));
    iis_model::SenderId: Cell::I64(v) => Some(Self(v));
    iis_model::JurisdictionId: Cell::I64(v) => Some(Self(v));
    iis_model::SiteId: Cell::I64(v) => Some(Self(v));
    iis_model::SourceRecordId: Cell::I64(v) => Some(Self(v));
    iis_model::EventKind: Cell::Text(v) => Self::from_letter(v);
    iis_model::Action: Cell::Text(v) => Self::from_code(v);
    iis_model::Gist: Cell::Bytes(v) => crate::gist::unpack(v);
}

impl<T: Column> Column for Option<T> {
    fn read(cell: &Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::read(cell).map(Some),
        }
    }
}

/// A type that a whole row can be read into.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

impl<T: Column> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get(0)
    }
}

macro_rules! tuple_from_row {
    ($($name:ident $at:literal),+) => {
        impl<$($name: Column),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
                Ok(($(row.get::<$name>($at)?,)+))
            }
        }
    };
}
tuple_from_row!(A 0, B 1);
tuple_from_row!(A 0, B 1, C 2);
tuple_from_row!(A 0, B 1, C 2, D 3);

/// Implements `FromRow` by listing the fields in column order.
macro_rules! from_row {
    ($of:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::row::FromRow for $of {
            fn from_row(row: &$crate::row::Row<'_>) -> Result<Self, $crate::StoreError> {
                let mut at = 0..;
                let mut next = || at.next().expect("columns are counted from 0 without end");
                Ok(Self { $($field: row.get(next())?),+ })
            }
        }
    };
}
pub(crate) use from_row;

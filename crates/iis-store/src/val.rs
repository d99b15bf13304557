//! Values that go into statements, and how each engine takes them.

use bytes::BytesMut;
use iis_model::{Date, PartialDate, Timestamp};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::borrow::Cow;
use tokio_postgres::types::{IsNull, ToSql, Type};

/// A parameter of a statement.
#[derive(Clone, PartialEq, Eq)]
pub enum Val<'a> {
    /// No value.
    Null,
    /// A number or a key.
    I64(i64),
    /// A truth value.
    Bool(bool),
    /// Text. U+0000, which PostgreSQL cannot hold, becomes U+FFFD on both engines.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A day.
    Date(Date),
    /// A moment, cut to microseconds.
    Time(Timestamp),
}

impl Val<'_> {
    /// The same value, owning its text: deferred statements outlive the caller's row.
    pub(crate) fn into_owned(self) -> Val<'static> {
        match self {
            Val::Null => Val::Null,
            Val::I64(v) => Val::I64(v),
            Val::Bool(v) => Val::Bool(v),
            Val::Text(v) => Val::Text(Cow::Owned(v.into_owned())),
            Val::Bytes(v) => Val::Bytes(Cow::Owned(v.into_owned())),
            Val::Date(v) => Val::Date(v),
            Val::Time(v) => Val::Time(v),
        }
    }
}

/// Says the kind only: parameters are patient data, and drivers print them when told to log.
impl std::fmt::Debug for Val<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Val::Null => "Null",
            Val::I64(_) => "I64",
            Val::Bool(_) => "Bool",
            Val::Text(_) => "Text",
            Val::Bytes(_) => "Bytes",
            Val::Date(_) => "Date",
            Val::Time(_) => "Time",
        })
    }
}

macro_rules! val_from {
    ($($of:ty => |$v:ident| $make:expr;)*) => {$(
        impl<'a> From<$of> for Val<'a> {
            fn from($v: $of) -> Self { $make }
        }
    )*};
}

val_from! {
    i64 => |v| Val::I64(v);
    bool => |v| Val::Bool(v);
    &'a str => |v| Val::Text(Cow::Borrowed(v));
    &'a Box<str> => |v| Val::Text(Cow::Borrowed(v));
    &'a String => |v| Val::Text(Cow::Borrowed(v));
    &'a Cow<'static, str> => |v| Val::Text(Cow::Borrowed(v));
    String => |v| Val::Text(Cow::Owned(v));
    &'a [u8] => |v| Val::Bytes(Cow::Borrowed(v));
    &'a Box<[u8]> => |v| Val::Bytes(Cow::Borrowed(v));
    &'a [u8; 32] => |v| Val::Bytes(Cow::Borrowed(v));
    Date => |v| Val::Date(v);
    Timestamp => |v| Val::Time(v);
    PartialDate => |v| Val::Text(Cow::Owned(v.to_string()));
    iis_model::AccountId => |v| Val::I64(v.0);
    iis_model::EventId => |v| Val::I64(v.0);
    iis_model::LotId => |v| Val::I64(v.0);
    iis_model::MessageId => |v| Val::I64(v.0);
    iis_model::OrganizationId => |v| Val::I64(v.0);
    iis_model::PersonId => |v| Val::I64(v.0);
    iis_model::ReportId => |v| Val::I64(v.0);
    iis_model::SenderId => |v| Val::I64(v.0);
    iis_model::JurisdictionId => |v| Val::I64(v.0);
    iis_model::SiteId => |v| Val::I64(v.0);
    iis_model::SourceRecordId => |v| Val::I64(v.0);
    iis_model::StorageUnitId => |v| Val::I64(v.0);
    iis_model::RegistryNumber => |v| Val::I64(v.as_i64());
    iis_model::Cvx => |v| Val::I64(i64::from(v.number()));
}

impl<'a, T: Into<Val<'a>>> From<Option<T>> for Val<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Val::Null, Into::into)
    }
}

/// The parameters of a statement, in order: `vals![id, &row.name, None::<i64>]`.
macro_rules! vals {
    ($($v:expr),* $(,)?) => { &[$($crate::val::Val::from($v)),*][..] };
}
pub(crate) use vals;

/// Text as it is stored: without U+0000.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) {
        Cow::Owned(text.replace('\0', "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl rusqlite::ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text: Cow<'_, str>| ToSqlOutput::Owned(Value::Text(text.into_owned()));
        Ok(match self {
            Val::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Val::I64(v) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Val::Bool(v) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*v))),
            Val::Text(v) => match storable(v) {
                Cow::Borrowed(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
                changed @ Cow::Owned(_) => text(changed),
            },
            Val::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Val::Date(v) => text(Cow::Owned(v.to_string())),
            Val::Time(v) => ToSqlOutput::Borrowed(ValueRef::Integer(v.as_microsecond())),
        })
    }
}

/// 2000-01-01 00:00 UTC, from which PostgreSQL counts microseconds.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

type Refusal = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Val<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        match (self, ty) {
            (Val::Null, _) => return Ok(IsNull::Yes),
            (Val::I64(v), &Type::INT8) => v.to_sql(ty, out)?,
            (Val::I64(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out)?,
            (Val::Bool(v), &Type::BOOL) => v.to_sql(ty, out)?,
            (Val::Text(v), &Type::TEXT) => (&*storable(v)).to_sql(ty, out)?,
            (Val::Bytes(v), &Type::BYTEA) => (&**v).to_sql(ty, out)?,
            (Val::Date(v), &Type::DATE) => v.to_sql(ty, out)?,
            (Val::Time(v), &Type::TIMESTAMPTZ) => {
                (v.as_microsecond() - PG_EPOCH_MICROS).to_sql(&Type::INT8, out)?
            }
            _ => return Err(format!("a parameter of the kind {self:?} does not fit the type {ty}").into()),
        };
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Refusal> {
        self.to_sql(ty, out)
    }
}

//! PD1, patient additional demographic: publicity, protection, registry status.

use super::{coded, value, yes_or_no};
use crate::datatypes::ce;
use crate::er7::{Part, Segment, Writer, time};
use crate::findings as noticed;
use iis_model::person::{Dated, Demographics, RegistryStatus};
use iis_model::{Coded, Date, Findings, Given, PartialDate};

/// Adds what the segment says to the person.
pub fn read(segment: &Segment<'_>, person: &mut Demographics, findings: &mut Findings) {
    let field = |number| segment.field(number);
    person.publicity.value = coded(&field(11), findings);
    person.publicity.effective_on = day(&field(18), findings);
    person.protection.value = yes_or_no(&field(12), findings);
    person.protection.effective_on = day(&field(13), findings);
    person.status.value = super::code(&field(16), findings, status);
    person.status.effective_on = day(&field(17), findings);
}

/// N is an old code for inactive.
fn status(code: &str) -> Option<RegistryStatus> {
    if code.eq_ignore_ascii_case("N") {
        Some(RegistryStatus::Inactive)
    } else {
        RegistryStatus::from_code(code)
    }
}

fn day(field: &Part<'_>, findings: &mut Findings) -> Given<Date> {
    let whole = |part: &Part<'_>| time::date(&part.component(1).text()).and_then(|date| date.full());
    value(field, findings, &noticed::VALUE_NOT_A_DATE, whole)
}

/// Writes the segment, unless there is nothing to say. Each date needs the value that it dates.
pub fn write(out: &mut Writer, person: &Demographics) {
    let Demographics { publicity, protection, status, .. } = person;
    if known_publicity(publicity).is_none()
        && protection.value.get().is_none()
        && status.value.get().is_none()
    {
        return;
    }
    out.segment("PD1");
    if let Some(code) = known_publicity(publicity) {
        ce::write(out.field(11), &code, "HL70215");
    }
    if let Some(&protected) = protection.value.get() {
        out.field(12).text(if protected { "Y" } else { "N" });
    }
    write_day(out, 13, protection);
    if let Some(code) = status.value.get() {
        out.field(16).text(code.code());
    }
    write_day(out, 17, status);
    if known_publicity(publicity).is_some() {
        write_day(out, 18, publicity);
    }
}

fn known_publicity(publicity: &Dated<Coded>) -> Option<Coded> {
    ce::of_set(publicity.value.get()?, "HL70215_IZ", "HL70215")
}

fn write_day<T>(out: &mut Writer, field: u8, dated: &Dated<T>) {
    if let (Some(_), Some(&day)) = (dated.value.get(), dated.effective_on.get()) {
        out.field(field).text(&time::write_date(PartialDate::day(day)));
    }
}

//! Who on record looks like a person about to be added.

use crate::pages::patients::results::{ResultView, listed};
use crate::pages::visitor::{Stop, Visitor};
use iis_model::Date;
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_model::record::PersonSummary;
use iis_registry::people;

/// Persons to be looked at before a new one is made.
#[derive(Debug, Clone)]
pub(in crate::pages) struct AlikeView {
    pub(in crate::pages) heading: String,
    pub(in crate::pages) result: ResultView,
    /// Their numbers, for the form to carry: blanks between them.
    pub(in crate::pages) numbers: String,
}

/// Looks them up; the look is audited.
pub(super) async fn alike(visitor: &Visitor, numbers: Vec<RegistryNumber>) -> Result<AlikeView, Stop> {
    let granted = visitor.granted(Permission::SearchPersons)?;
    let found = people::summaries(&visitor.app.registry, granted, numbers, visitor.arrival).await;
    let people = found.map_err(|failure| visitor.failed(&failure))?;
    Ok(AlikeView::of(&people, visitor.arrival.today))
}

impl AlikeView {
    pub(in crate::pages) fn of(people: &[PersonSummary], today: Date) -> Self {
        let numbers: Vec<_> = people.iter().map(|person| person.registry_number.to_string()).collect();
        let heading = match people {
            [_] => "This person on record looks alike".to_owned(),
            _ => format!("These {} people on record look alike", people.len()),
        };
        Self { heading, result: listed(people.to_vec(), today), numbers: numbers.join(" ") }
    }
}

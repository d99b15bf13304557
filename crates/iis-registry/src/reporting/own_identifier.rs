//! The identifier by which a sender names a person again.

use iis_matching::patient::normalize::fold_identifier;
use iis_model::person::Identifier;
use iis_model::{Demographics, Given, Place};

/// A sender's own key of a person: with its organization it names one source record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnIdentifier {
    /// Who gave it out, folded.
    pub(crate) authority: String,
    /// The number, folded.
    pub(crate) mrn: String,
    /// Where it stood.
    pub(crate) place: Place,
}

/// Kinds of identifier (HL7 table 0203) that name a person at the sender, the best first.
const OWN_KINDS: &[&str] = &["MR", "PI", "PT", "PN", "PRN", "MRT", "LR", "AN", "U", ""];

/// Kinds that belong to somebody else than the sender, or must not be a key.
const FOREIGN_KINDS: &[&str] =
    &["SR", "SS", "MA", "MC", "MCD", "MCR", "BR", "BC", "BCFN", "DL", "PPN", "NI", "WC", "WCN"];

/// The best identifier of the sender's own.
pub(crate) fn own_identifier(person: &Demographics) -> Option<OwnIdentifier> {
    let rank = |given: &&Given<Identifier>| {
        let kind = given.get().map(|id| id.kind.to_uppercase()).unwrap_or_default();
        OWN_KINDS.iter().position(|own| *own == kind).unwrap_or(OWN_KINDS.len())
    };
    let own = |given: &&Given<Identifier>| {
        given.get().is_some_and(|id| {
            let kind = id.kind.to_uppercase();
            !FOREIGN_KINDS.contains(&kind.as_str()) && !fold_identifier(&id.value).is_empty()
        })
    };
    let best = person.identifiers.iter().filter(own).min_by_key(rank)?;
    let value = best.get()?;
    Some(OwnIdentifier {
        authority: fold_identifier(&value.authority),
        mrn: fold_identifier(&value.value),
        place: best.place,
    })
}

#[cfg(test)]
mod tests {
    use super::own_identifier;
    use iis_model::person::Identifier;
    use iis_model::{Demographics, Given};

    fn with(identifiers: &[(&str, &str, &str)]) -> Demographics {
        let identifier = |(value, authority, kind): &(&str, &str, &str)| {
            Given::of(Identifier {
                value: (*value).into(),
                authority: (*authority).into(),
                kind: (*kind).into(),
            })
        };
        Demographics { identifiers: identifiers.iter().map(identifier).collect(), ..Demographics::default() }
    }

    #[test]
    fn the_record_number_names_the_person_and_foreign_numbers_never_do() {
        type Sent = &'static [(&'static str, &'static str, &'static str)];
        #[rustfmt::skip]
        let table: [(Sent, Option<(&str, &str)>); 6] = [
            (&[("12", "ST", "SR"), (" a17 ", "c7", "MR")], Some(("C7", "A17"))),
            (&[("p1", "C7", "PI"), ("m1", "C7", "MR")],    Some(("C7", "M1"))),
            (&[("x", "C7", "")],                           Some(("C7", "X"))),
            (&[("123456789", "", "SS")],                   None),
            (&[("  ", "C7", "MR")],                        None),
            (&[],                                          None),
        ];
        for (identifiers, expected) in table {
            let own = own_identifier(&with(identifiers));
            assert_eq!(own.as_ref().map(|own| (own.authority.as_str(), own.mrn.as_str())), expected);
        }
    }
}

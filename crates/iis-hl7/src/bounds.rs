//! How much of a message is kept about one person and one dose.
//!
//! A record is read, compared and shown again with every later message about the person, so what one message adds to it
//! has an end: it must not be up to a sender how long everybody's work takes. The bounds are far beyond what people and
//! doses have (the guide gives a family name 50 letters), and what goes beyond them is told.

use crate::findings::{self as noticed, Kind};
use iis_model::event::{Clinician, ObservationValue, OrderNumber, ReportedEvent};
use iis_model::person::{Address, Demographics, Identifier, PersonName, Telecom};
use iis_model::{Coded, Findings, Given, Place};

/// The most characters of a name, a line of an address, a code or its text.
const LONGEST: usize = 250;
/// The most characters of a comment, or of an observation told in words.
const LONGEST_PROSE: usize = 4_000;
/// The most names, identifiers, addresses, numbers, races and next of kin of a person.
const MOST: usize = 20;
/// The most observations, comments and information statements of a dose.
const MOST_DETAILS: usize = 100;

/// Keeps of a person what is within the bounds.
pub(crate) fn bound_person(person: &mut Demographics, findings: &mut Findings) {
    person.identifiers.retain(|given| is_short(given, findings));
    first_of(&mut person.identifiers, MOST, &noticed::TOO_MANY_VALUES, |given| given.place, findings);
    first_and_short(&mut person.names, findings);
    cut(&mut person.mother_maiden_name, findings);
    first_and_short(&mut person.races, findings);
    cut(&mut person.ethnicity, findings);
    first_and_short(&mut person.addresses, findings);
    first_and_short(&mut person.telecoms, findings);
    cut(&mut person.language, findings);
    cut(&mut person.birth_place, findings);
    cut(&mut person.publicity.value, findings);
    let name = |kin: &iis_model::person::NextOfKin| kin.name.place;
    first_of(&mut person.next_of_kin, MOST, &noticed::TOO_MANY_VALUES, name, findings);
    for kin in &mut person.next_of_kin {
        cut(&mut kin.name, findings);
        cut(&mut kin.relationship, findings);
        cut(&mut kin.address, findings);
        first_and_short(&mut kin.telecoms, findings);
    }
}

/// Keeps of an event what is within the bounds. `false`: its order number is beyond them, so that it cannot be stored; cut,
/// it could be that of another dose.
pub(crate) fn bound_event(event: &mut ReportedEvent, findings: &mut Findings) -> bool {
    let is_long = |number: &OrderNumber| is_beyond(&number.value) || is_beyond(&number.authority);
    if event.filler.get().is_some_and(is_long) {
        findings.push(noticed::ORDER_NUMBER_TOO_LONG.at(event.filler.place));
        return false;
    }
    drop_if(&mut event.placer, is_long, findings);
    drop_if(&mut event.amount, |amount| is_beyond(&amount.number) || is_beyond(&amount.unit), findings);
    for coded in [
        &mut event.vaccine,
        &mut event.route,
        &mut event.body_site,
        &mut event.entering_organization,
        &mut event.refusal_reason,
        &mut event.eligibility,
        &mut event.funding_source,
    ] {
        cut(coded, findings);
    }
    for clinician in [&mut event.administered_by, &mut event.ordered_by, &mut event.entered_by] {
        cut(clinician, findings);
    }
    cut(&mut event.lot.number, findings);
    cut(&mut event.administered_at, findings);
    let place = event.place;
    first_of(&mut event.vis, MOST_DETAILS, &noticed::TOO_MANY_DETAILS, |vis| vis.document.place, findings);
    event.vis.iter_mut().for_each(|vis| cut(&mut vis.document, findings));
    let at = |observation: &iis_model::event::Observation| observation.value.place;
    first_of(&mut event.observations, MOST_DETAILS, &noticed::TOO_MANY_DETAILS, at, findings);
    for observation in &mut event.observations {
        shorten(&mut observation.group, LONGEST);
        observation.about.each_text(&mut |text| shorten(text, LONGEST));
        cut(&mut observation.value, findings);
    }
    first_of(&mut event.comments, MOST_DETAILS, &noticed::TOO_MANY_DETAILS, |_| place, findings);
    let cut_comments =
        event.comments.iter_mut().filter_map(|text| shorten(text, LONGEST_PROSE).then_some(()));
    if cut_comments.count() > 0 {
        findings.push(noticed::VALUE_CUT.at(place));
    }
    true
}

/// A value that is made of texts.
trait Texts {
    /// Shortens each text; whether any was too long.
    fn each_text(&mut self, shorten: &mut dyn FnMut(&mut Box<str>) -> bool) -> bool;
}

macro_rules! texts {
    ($($of:ty: $($part:ident),*;)*) => {
        $(impl Texts for $of {
            fn each_text(&mut self, shorten: &mut dyn FnMut(&mut Box<str>) -> bool) -> bool {
                [$(shorten(&mut self.$part)),*].contains(&true)
            }
        })*
    };
}

texts! {
    PersonName: family, given, middle, suffix, kind;
    Address: street, other, city, state, zip, country, kind, county;
    Telecom: usage, equipment, country, digits, extension, email;
    Clinician: id, authority, family, given, middle;
}

impl Texts for Box<str> {
    fn each_text(&mut self, shorten: &mut dyn FnMut(&mut Box<str>) -> bool) -> bool {
        shorten(self)
    }
}

impl Texts for Coded {
    fn each_text(&mut self, shorten: &mut dyn FnMut(&mut Box<str>) -> bool) -> bool {
        let own = [&mut self.code, &mut self.text, &mut self.system].map(&mut *shorten).contains(&true);
        self.alternate.as_mut().is_some_and(|other| other.each_text(shorten)) || own
    }
}

impl Texts for ObservationValue {
    fn each_text(&mut self, shorten_: &mut dyn FnMut(&mut Box<str>) -> bool) -> bool {
        match self {
            Self::Coded(coded) => coded.each_text(shorten_),
            Self::Text(text) => shorten(text, LONGEST_PROSE),
            Self::Number(number) => shorten_(number),
            Self::Date(_) => false,
        }
    }
}

/// Cuts the texts of a value.
fn cut<T: Texts>(given: &mut Given<T>, findings: &mut Findings) {
    let place = given.place;
    if given.value.as_mut().is_some_and(|value| value.each_text(&mut |text| shorten(text, LONGEST))) {
        findings.push(noticed::VALUE_CUT.at(place));
    }
}

/// The first values of a list, each cut.
fn first_and_short<T: Texts>(list: &mut Vec<Given<T>>, findings: &mut Findings) {
    first_of(list, MOST, &noticed::TOO_MANY_VALUES, |given| given.place, findings);
    for given in list.iter_mut() {
        cut(given, findings);
    }
}

/// The first so many of a list; the finding stands at the first one that is left out.
fn first_of<T>(
    list: &mut Vec<T>,
    most: usize,
    kind: &Kind,
    place: impl Fn(&T) -> Place,
    findings: &mut Findings,
) {
    if let Some(beyond) = list.get(most) {
        findings.push(kind.at(place(beyond)));
        list.truncate(most);
    }
}

/// Whether an identifier is within the bounds: cut, it could be somebody else's.
fn is_short(given: &Given<Identifier>, findings: &mut Findings) -> bool {
    let is_long = given
        .get()
        .is_some_and(|id| [&id.value, &id.authority, &id.kind].into_iter().any(|text| is_beyond(text)));
    if is_long {
        findings.push(noticed::VALUE_TOO_LONG.at(given.place));
    }
    !is_long
}

fn drop_if<T>(given: &mut Given<T>, is_long: impl Fn(&T) -> bool, findings: &mut Findings) {
    if given.get().is_some_and(is_long) {
        findings.push(noticed::VALUE_TOO_LONG.at(given.place));
        *given = Given::absent(given.place);
    }
}

fn is_beyond(text: &str) -> bool {
    text.len() > LONGEST && text.chars().nth(LONGEST).is_some()
}

/// Cuts a text to so many characters; whether it was longer.
fn shorten(text: &mut Box<str>, most: usize) -> bool {
    if text.len() <= most {
        return false;
    }
    let Some((end, _)) = text.char_indices().nth(most) else { return false };
    *text = text[..end].trim_end().into();
    true
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, MOST, MOST_DETAILS, bound_event, bound_person};
    use iis_model::event::OrderNumber;
    use iis_model::testing::{dose, person};
    use iis_model::{Findings, Given, InformationSource};

    fn codes(findings: &Findings) -> Vec<&'static str> {
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_people_have_is_within_the_bounds() {
        let (mut bounded, mut findings) = (person(), Findings::default());
        bound_person(&mut bounded, &mut findings);
        assert_eq!((&bounded, codes(&findings)), (&person(), vec![]));
    }

    #[test]
    fn long_names_are_cut_at_a_character_and_told_and_long_numbers_are_not_kept() {
        let mut long = person().called(&"Ñandú ".repeat(10_000), "ANA");
        long.identifiers[0].value.as_mut().expect("an identifier").value = "9".repeat(251).into();
        let mut findings = Findings::default();
        bound_person(&mut long, &mut findings);
        let family = &long.legal_name().expect("a name").family;
        assert!(family.starts_with("Ñandú Ñandú") && family.chars().count() <= LONGEST, "{family}");
        assert_eq!((long.identifiers.len(), codes(&findings)), (0, vec!["HL7-063", "HL7-062"]));
    }

    #[test]
    fn the_first_of_a_list_are_kept_and_the_rest_is_told_once() {
        let mut many = person();
        many.names = vec![many.names[0].clone(); 99];
        let mut findings = Findings::default();
        bound_person(&mut many, &mut findings);
        assert_eq!((many.names.len(), codes(&findings)), (MOST, vec!["HL7-064"]));
    }

    #[test]
    fn a_dose_keeps_so_many_comments_and_never_a_part_of_its_order_number() {
        let mut event = dose(InformationSource::Historical);
        event.comments = vec!["x".into(); 1_000];
        event.comments[0] = "y".repeat(1 << 20).into();
        let mut findings = Findings::default();
        assert!(bound_event(&mut event, &mut findings));
        assert_eq!((event.comments.len(), event.comments[0].len()), (MOST_DETAILS, 4_000));
        assert_eq!(codes(&findings), ["HL7-098", "HL7-062"]);
        event.filler = Given::of(OrderNumber { value: "1".repeat(251).into(), authority: "".into() });
        assert!(!bound_event(&mut event, &mut findings));
    }
}

//! Doses and notes as a source reports them.

use super::{Source, Style};
use crate::calendar::Day;
use crate::life::NoteKind;
use crate::population::{Coverage, Family, Jurisdiction};
use crate::random::{mix, spread};
use crate::vaccines::{Group, Lot, Product, Route, products, statements, unspecified};
use iis_model::event::{
    Amount, Clinician, EventKind, InformationSource, Lot as ReportedLot, Observation, ObservationValue,
    OrderNumber, VisGiven,
};
use iis_model::loinc::{CONTRAINDICATION, PRESUMED_IMMUNITY, REACTION, SEROLOGY};
use iis_model::{Action, Coded, Completion, Cvx, Given, PartialDate, ReportedEvent};

fn day(on: Day) -> Given<PartialDate> {
    Given::of(PartialDate::day(on.date()))
}

/// A report of a kind with the source's order number for it.
pub(crate) fn identified(
    kind: EventKind,
    calder: &Jurisdiction,
    source: &Source,
    order: &str,
) -> ReportedEvent {
    let organization = &calder.organizations[usize::from(source.organization)];
    let authority: Box<str> = organization.authority.as_str().into();
    let mut event = ReportedEvent::new(kind);
    event.filler = Given::of(OrderNumber { value: order.into(), authority: authority.clone() });
    event.entering_organization =
        Given::of(Coded::new(&calder.site(source.site).code, &organization.name, &authority));
    event.entered_by = Given::of(clinician(source, 2));
    event
}

/// A dose that the source gave.
pub(super) struct Administered<'a> {
    pub product: &'a Product,
    pub on: Day,
    /// Where.
    pub site: u16,
    pub coverage: Option<Coverage>,
    pub has_wrong_lot: bool,
    pub action: Action,
    /// The how-manieth injection of the visit, from 0: each goes into another place.
    pub injection: usize,
    pub age_months: i32,
}

/// The report of a dose that the source gave.
pub(super) fn administered(
    calder: &Jurisdiction,
    source: &Source,
    order: &str,
    dose: &Administered,
) -> ReportedEvent {
    let Administered { product, on, site, .. } = *dose;
    let style = Style::of(source.organization);
    let mut event = identified(EventKind::Administered, calder, source, order);
    event.action = Given::of(dose.action);
    event.completion = Given::of(Completion::Complete);
    event.source = Given::of(InformationSource::NewImmunization);
    event.placer = Given::of(OrderNumber {
        value: format!("P{order}").into(),
        authority: source_authority(calder, source),
    });
    event.given_on = day(on);
    code(&mut event, product, on, style);
    event.amount = Given::of(Amount { number: product.ml.into(), unit: "mL".into() });
    let lot = Lot::used(product, site, on);
    event.lot = ReportedLot {
        number: Given::of(if dose.has_wrong_lot { lot.mistyped() } else { lot.number.clone() }.into()),
        expires_on: day(lot.expires_on),
        manufacturer: product.mvx.parse().map(Given::of).unwrap_or_default(),
    };
    place(&mut event, product, dose);
    event.administered_by = Given::of(clinician(source, on.0.unsigned_abs() % 3));
    event.ordered_by = Given::of(clinician(source, 7));
    event.administered_at = Given::of(calder.site(site).code.as_str().into());
    money(&mut event, dose);
    event.vis = statements(product, on)
        .map(|(statement, edition)| {
            let cvx = Cvx::new(statement.cvx).to_string();
            VisGiven {
                document: Given::of(if style.scans_statements {
                    Coded::new(&statement.bar_code(edition), statement.description, "cdcgs1vis")
                } else {
                    Coded::new(&cvx, statement.description, "CVX")
                }),
                edition_on: day(edition),
                given_on: day(on),
            }
        })
        .collect();
    event
}

/// A plain dose that the source gave to a member of a family: the product of a CVX that is used on the day at that age.
pub(crate) fn administered_at(
    calder: &Jurisdiction,
    source: &Source,
    order: &str,
    cvx: u16,
    on: Day,
    family: &Family,
    member: u8,
) -> ReportedEvent {
    let age_months = on.months_since(family.members[usize::from(member)].born_on);
    let of_code = || products().iter().filter(|product| product.cvx == cvx);
    let product = of_code().find(|product| product.is_usable(on, age_months)).or_else(|| of_code().next());
    let Some(product) = product else { return ReportedEvent::new(EventKind::Administered) };
    let coverage = Some(family.coverage);
    let (site, action) = (source.site, Action::Add);
    let dose =
        Administered { product, on, site, coverage, has_wrong_lot: false, action, injection: 0, age_months };
    administered(calder, source, order, &dose)
}

/// A dose that the source knows of from elsewhere: of one group without a product, or of a product.
pub(crate) fn historical(
    calder: &Jurisdiction,
    source: &Source,
    order: &str,
    vaccine: (u16, &str),
    on: Day,
    from: InformationSource,
) -> ReportedEvent {
    let mut event = identified(EventKind::Historical, calder, source, order);
    event.action = Given::of(Action::Add);
    event.completion = Given::of(Completion::Complete);
    event.source = Given::of(from);
    event.given_on = day(on);
    event.cvx = Given::of(Cvx::new(vaccine.0));
    event.vaccine = Given::of(Coded::new(&Cvx::new(vaccine.0).to_string(), vaccine.1, "CVX"));
    event
}

/// A refusal, an immunity, an allergy, a reaction.
pub(crate) fn observed(calder: &Jurisdiction, source: &Source, what: NoteKind, on: Day) -> ReportedEvent {
    let observation = |about: (&str, &str), value: Coded| Observation {
        about: Coded::new(about.0, about.1, "LN"),
        group: "1".into(),
        value: Given::of(ObservationValue::Coded(value)),
        observed_on: day(on),
    };
    let mut event = identified(EventKind::Observation, calder, source, "9999");
    event.completion = Given::of(Completion::NotAdministered);
    event.given_on = day(on);
    event.cvx = Given::of(Cvx::NO_VACCINE);
    event.vaccine = Given::of(Coded::new("998", "No vaccine administered", "CVX"));
    let contraindication = (CONTRAINDICATION, "Vaccination contraindication/precaution");
    event.observations = match what {
        NoteKind::Refusal { group, religious } => {
            event.kind = EventKind::Refusal;
            event.completion = Given::of(Completion::Refused);
            let (cvx, description) = refused(group);
            event.cvx = Given::of(Cvx::new(cvx));
            event.vaccine = Given::of(Coded::new(&Cvx::new(cvx).to_string(), description, "CVX"));
            event.action = Given::of(Action::Add);
            let (code, text) =
                if religious { ("01", "Religious exemption") } else { ("00", "Parental decision") };
            event.refusal_reason = Given::of(Coded::new(code, text, "NIP002"));
            Vec::new()
        }
        NoteKind::HadVaricella => {
            let value = Coded::new("38907003", "Varicella infection", "SCT");
            vec![observation((PRESUMED_IMMUNITY, "Disease with presumed immunity"), value)]
        }
        NoteKind::ImmuneHepB => {
            let value = Coded::new("271511000", "Hepatitis B immune", "SCT");
            vec![observation((SEROLOGY, "Disease with serological evidence of immunity"), value)]
        }
        NoteKind::AllergicNeomycin => {
            vec![observation(contraindication, Coded::new("294468006", "Neomycin allergy", "SCT"))]
        }
        NoteKind::Anaphylaxis => {
            let value = Coded::new("39579001", "Anaphylaxis", "SCT");
            vec![observation((REACTION, "Immunization reaction"), value)]
        }
    };
    event
}

fn refused(group: Group) -> (u16, &'static str) {
    match group {
        Group::Mmr => (3, "MMR"),
        Group::Tdap => (115, "Tdap"),
        _ => unspecified(group).unwrap_or((998, "No vaccine administered")),
    }
}

fn source_authority(calder: &Jurisdiction, source: &Source) -> Box<str> {
    calder.organizations[usize::from(source.organization)].authority.as_str().into()
}

/// The vaccine by CVX and, where the package is known, by NDC; which one comes first is a matter of style.
fn code(event: &mut ReportedEvent, product: &Product, on: Day, style: Style) {
    let cvx = Coded::new(&Cvx::new(product.cvx).to_string(), product.description, "CVX");
    let ndc = product.ndc_on(on);
    event.cvx = Given::of(Cvx::new(product.cvx));
    event.ndc = ndc.and_then(|code| code.parse().ok()).map(Given::of).unwrap_or_default();
    event.vaccine = Given::of(match ndc.map(|code| Coded::new(code, product.trade_name, "NDC")) {
        Some(ndc) if style.ndc_first => Coded { alternate: Some(Box::new(cvx)), ..ndc },
        Some(ndc) => Coded { alternate: Some(Box::new(ndc)), ..cvx },
        None => cvx,
    });
}

/// Route and place: infants in the thigh, others in the arm, by turns left and right.
fn place(event: &mut ReportedEvent, product: &Product, dose: &Administered) {
    let (code, text) = match product.route {
        Route::Intramuscular => ("C28161", "Intramuscular"),
        Route::Subcutaneous => ("C38299", "Subcutaneous"),
        Route::Oral => ("C38288", "Oral"),
        Route::Nasal => ("C38284", "Nasal"),
    };
    event.route = Given::of(Coded::new(code, text, "NCIT"));
    if matches!(product.route, Route::Oral | Route::Nasal) {
        return;
    }
    let is_left = dose.injection.is_multiple_of(2);
    let (code, text) = match (dose.age_months < 36, is_left) {
        (true, true) => ("LT", "Left Thigh"),
        (true, false) => ("RT", "Right Thigh"),
        (false, true) => ("LD", "Left Deltoid"),
        (false, false) => ("RD", "Right Deltoid"),
    };
    event.body_site = Given::of(Coded::new(code, text, "HL70163"));
}

/// Eligibility and funding: only children can be eligible, and only the program's vaccine pays for them.
fn money(event: &mut ReportedEvent, dose: &Administered) {
    let coverage = dose.coverage.filter(|_| dose.age_months < 19 * 12).unwrap_or(Coverage::Private);
    let (code, text) = match coverage {
        Coverage::Private => ("V01", "Not VFC eligible"),
        Coverage::Medicaid => ("V02", "VFC eligible - Medicaid/Medicaid Managed Care"),
        Coverage::Uninsured => ("V03", "VFC eligible - Uninsured"),
        Coverage::Native => ("V04", "VFC eligible - American Indian/Alaskan Native"),
        Coverage::Underinsured => {
            ("V05", "VFC eligible - Federally Qualified Health Center Patient (under-insured)")
        }
    };
    event.eligibility = Given::of(Coded::new(code, text, "HL70064"));
    let (code, text) =
        if coverage == Coverage::Private { ("PHC70", "Private funds") } else { ("VXC51", "Public VFC") };
    event.funding_source = Given::of(Coded::new(code, text, "CDCPHINVS"));
}

/// Somebody who works at the source: the same number is always the same person.
fn clinician(source: &Source, number: u32) -> Clinician {
    const FIRST: [&str; 8] = ["Nora", "Samir", "Ingrid", "Paul", "Yuki", "Teresa", "Owen", "Maya"];
    const LAST: [&str; 8] =
        ["Quill", "Harrow", "Ostrander", "Bell", "Tanaka", "Ibarra", "Finch", "Lindqvist"];
    let bits = mix(u64::from(source.organization) << 8 | u64::from(number) | 0x10_0000);
    Clinician {
        id: provider_number(bits).into(),
        authority: "NPI".into(),
        family: LAST[spread(bits, LAST.len())].into(),
        given: FIRST[spread(bits >> 8, FIRST.len())].into(),
        middle: "".into(),
    }
}

/// A number with the form of a national provider identifier: ten digits, the last one checking the others as if 80840
/// stood before them (Luhn).
fn provider_number(bits: u64) -> String {
    let body = 100_000_000 + bits % 100_000_000;
    let (mut rest, mut sum, mut doubled) = (body, 24, true);
    while rest > 0 {
        let weighted = (rest % 10) * if doubled { 2 } else { 1 };
        sum += weighted / 10 + weighted % 10;
        doubled = !doubled;
        rest /= 10;
    }
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::provider_number;

    #[test]
    fn provider_numbers_check_themselves() {
        // 1234567893 is the example of the published rule; ours start with 1 too.
        assert_eq!(provider_number(23_456_789), "1234567893");
    }
}

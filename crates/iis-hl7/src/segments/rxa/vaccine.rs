//! RXA-5: the vaccine, in up to two code systems.

use crate::datatypes::ce;
use crate::er7::{Part, Writer};
use crate::findings as noticed;
use iis_model::{Coded, Cpt, Cvx, Findings, Given, Ndc, ReportedEvent};

/// A vaccine code in one of the sets that are read.
enum Code {
    Cvx(Cvx),
    Ndc(Ndc),
    Cpt,
}

/// Adds CVX, NDC and all codings to the event; `false` when neither coding can be used.
///
/// Whether a code exists is a question of the code sets; here only its form counts. A code without a system, or with one
/// that is not known, is told by its form.
pub(super) fn read(field: &Part<'_>, event: &mut ReportedEvent, findings: &mut Findings) -> bool {
    event.vaccine = field.given(ce::read);
    event.cvx = Given::absent(field.place().component(1));
    event.ndc = Given::absent(field.place().component(1));
    if event.vaccine.get().is_none() {
        findings.push(noticed::VACCINE_MISSING.at(field.place()));
        return false;
    }
    let mut has_cpt = false;
    let mut unusable = Vec::new();
    for at in [1, 4] {
        let (code, system) = (field.component(at), field.component(at + 2));
        if code.is_missing() {
            continue;
        }
        if system.is_missing() {
            findings.push(noticed::VACCINE_SYSTEM_MISSING.at(system.place()));
        }
        match in_system(&code.text(), &system.text()) {
            Some(Code::Cvx(cvx)) if event.cvx.get().is_none() => event.cvx = code.given(|_| Some(cvx)),
            Some(Code::Ndc(ndc)) if event.ndc.get().is_none() => event.ndc = code.given(|_| Some(ndc)),
            Some(Code::Cpt) => has_cpt = true,
            Some(_) => {}
            None => unusable.push(code.place()),
        }
    }
    let by_set = event.cvx.get().is_some() || event.ndc.get().is_some();
    if by_set || has_cpt {
        findings.extend(unusable.into_iter().map(|place| noticed::VACCINE_CODING_UNUSABLE.at(place)));
        if !by_set {
            findings.push(noticed::VACCINE_BY_CPT.at(field.place()));
        }
        return true;
    }
    findings.push(noticed::VACCINE_UNUSABLE.at(field.place().component(1)));
    false
}

fn in_system(code: &str, system: &str) -> Option<Code> {
    let cvx = || code.parse().ok().map(Code::Cvx);
    let ndc = || code.parse().ok().map(Code::Ndc);
    let cpt = || code.parse::<Cpt>().is_ok().then_some(Code::Cpt);
    match &*system.to_ascii_uppercase() {
        "CVX" | "HL70292" => cvx(),
        "NDC" => ndc(),
        "CPT" | "C4" | "C5" => cpt(),
        "" => cvx().or_else(ndc).or_else(cpt),
        _ => None,
    }
}

/// Writes the vaccine: CVX first and NDC as the alternate; the texts come from the codings as reported.
pub(super) fn write(out: &mut Writer, event: &ReportedEvent) {
    let text = |code: &str| {
        let codings = event.vaccine.get().into_iter().flat_map(Coded::codings);
        codings.into_iter().find(|coding| &*coding.code == code).map_or("", |coding| &coding.text)
    };
    let cvx = event.cvx.get().map(ToString::to_string);
    let ndc = event.ndc.get().map(ToString::to_string);
    match (cvx, ndc) {
        (Some(cvx), Some(ndc)) => drop(out.components(&[&cvx, text(&cvx), "CVX", &ndc, text(&ndc), "NDC"])),
        (Some(cvx), None) => drop(out.components(&[&cvx, text(&cvx), "CVX"])),
        (None, Some(ndc)) => drop(out.components(&[&ndc, text(&ndc), "NDC"])),
        (None, None) => event.vaccine.get().into_iter().for_each(|coded| ce::write(out, coded, "L")),
    }
}

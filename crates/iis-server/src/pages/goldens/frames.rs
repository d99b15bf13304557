//! The invented registry around every page, and who looks at it.

use super::number;
use crate::pages::format;
use crate::pages::frame::{Frame, NavigationItem, SignedInView, SiteText};
use crate::pages::patients::strip::Page;
use std::sync::Arc;

pub(super) fn frame(signed_in: Option<SignedInView>) -> Frame {
    let site = SiteText {
        name: "Calder IIS".to_owned(),
        jurisdiction: "State of Calder".to_owned(),
        help_phone: "(202) 555-0140".to_owned(),
        version: "OpenIIS 0.0.0".to_owned(),
        environment: "DEMO".to_owned(),
        is_read_only: false,
    };
    Frame {
        title: "Today".to_owned(),
        heading: "Today".to_owned(),
        site: Arc::new(site),
        signed_in,
        crumbs: Vec::new(),
        notice: None,
        help: "today",
        is_compact: false,
        has_shortcuts: true,
        printed_at: "03/02/2026 10:14 AM".to_owned(),
    }
}

pub(super) fn nobody() -> Frame {
    frame(None)
}

pub(super) fn navigation(items: &[(&'static str, &'static str)], current: &str) -> Vec<NavigationItem> {
    let item = |(label, href): &(&'static str, &'static str)| NavigationItem {
        label,
        href,
        is_current: *href == current,
    };
    items.iter().map(item).collect()
}

/// Clinic Access: may search and open.
pub(super) fn nurse() -> Frame {
    nurse_at("/")
}

pub(super) fn nurse_at(current: &str) -> Frame {
    frame(Some(SignedInView {
        name: "Ana Reyes".to_owned(),
        roles: "Clinic Access".to_owned(),
        acting_at: "Alder Pediatrics".to_owned(),
        closed: Vec::new(),
        csrf: "token".to_owned(),
        may_search: true,
        navigation: navigation(&[("Today", "/"), ("Patients", "/patients")], current),
        seconds: 900,
        leaves_after: 900,
        here: current.to_owned(),
        ends_at: "10:29 AM".to_owned(),
        zone: "America/New_York".to_owned(),
    }))
}

/// System administrator: sees no patient data.
pub(super) fn administrator() -> Frame {
    let nurse = nurse().signed_in.expect("somebody");
    frame(Some(SignedInView {
        name: "Sam Okafor".to_owned(),
        roles: "System administrator".to_owned(),
        acting_at: String::new(),
        may_search: false,
        navigation: navigation(&[("Today", "/")], "/"),
        ..nurse
    }))
}

/// Interface analyst: watches senders and their messages.
pub(super) fn analyst() -> Frame {
    let nurse = nurse().signed_in.expect("somebody");
    frame(Some(SignedInView {
        name: "Jo Park".to_owned(),
        roles: "Interface Analyst".to_owned(),
        acting_at: String::new(),
        may_search: false,
        navigation: navigation(
            &[("Today", "/"), ("Messages", "/interfaces/messages")],
            "/interfaces/messages",
        ),
        ..nurse
    }))
}

/// A page of the invented patient, for the nurse.
pub(super) fn patient(page: Page) -> Frame {
    patient_page(page.label())
}

/// A page of the invented patient under this title.
pub(super) fn patient_page(title: &str) -> Frame {
    let title = format!("{title} · patient {}", format::number_tail(number()));
    nurse_at("/patients").titled(&title).helped_by("record").below("Patients", "/patients")
}

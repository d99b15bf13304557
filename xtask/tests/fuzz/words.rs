//! What people type and what is masked: any text is a search or none, and masking moves no byte.

use crate::fuzz;
use iis_registry::people::Criteria;
use iis_registry::people::typed_date::read_date;
use jiff::civil::date;

/// Searches as people write them.
const TYPED: &[&str] = &[
    "ortega, maya 2/11/24",
    "maya de la cruz 2024-02-11",
    "02112024",
    "1234567897",
    "A17-22",
    "O\u{2019}Neil, \u{e9} 3.2.26",
    "(202) 555-0140 maya ortega Feb 11, 2024 mrn: A17",
];

#[test]
fn search_box_takes_any_text() {
    let today = date(2026, 3, 2);
    let typed: Vec<_> = TYPED.iter().map(|text| text.as_bytes().to_vec()).collect();
    fuzz("search", &typed, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let criteria = Criteria::understand(&text, today);
        // nothing is invented: every name comes from what was typed
        assert!(
            criteria.last.len() + criteria.first.len() + criteria.number.len() + criteria.phone.len()
                <= text.len() + 2
        );
        let _ = criteria.missing();
        let _ = read_date(&text, today);
    });
}

#[test]
fn masking_moves_no_byte() {
    let messages = crate::corpus::messages();
    fuzz("masking", &messages, |bytes| {
        let mut masked = bytes.to_vec();
        iis_hl7::mask_social_security_numbers(&mut masked);
        let changed = bytes.iter().zip(&masked).filter(|(came, kept)| came != kept);
        assert!(
            bytes.len() == masked.len()
                && changed.into_iter().all(|(came, kept)| came.is_ascii_digit() && *kept == b'*')
        );
        let mut again = masked.clone();
        iis_hl7::mask_social_security_numbers(&mut again);
        assert!(again == masked, "what is masked stays as it is");
    });
}

//! A finished reply: what leaves is held against its profile.

use crate::er7::{Writer, parse};
use crate::rules::{Extent, Fault, Profile};

/// Fields that a reply repeats from the request, by segment; none stands for all of them. A fault in them is the asker's.
const REPEATED: [(&str, &[u8]); 4] =
    [("MSH", &[5, 6, 11, 22, 23]), ("MSA", &[2]), ("QAK", &[1, 3]), ("QPD", &[])];

/// The finished reply. In builds with debug assertions, which all tests are, it must be clean against its profile.
pub(super) fn finish(out: Writer, profile: Profile) -> Vec<u8> {
    let bytes = out.finish();
    debug_assert_eq!(faults(&bytes, profile), Vec::<String>::new(), "{}", profile.name());
    bytes
}

/// The faults of a reply that are our own, in words.
fn faults(reply: &[u8], profile: Profile) -> Vec<String> {
    let (message, _) = parse(reply);
    let faults = profile.faults(&message, Extent::All);
    faults.iter().filter(|fault| !is_repeated(fault) && !is_long(fault)).map(Fault::words).collect()
}

/// What a record says is never cut to the length that the profile has for it, and beyond the 99th segment the number in an
/// error's place (ERR-2) is longer.
fn is_long(fault: &Fault<'_>) -> bool {
    let is_said = |segment: &str| !matches!(segment, "MSH" | "MSA" | "ERR" | "QAK");
    let place = fault.place;
    let is_place = place.segment_name() == Some("ERR") && place.field == 2;
    fault.is_about_length() && (is_place || place.segment_name().is_some_and(is_said))
}

fn is_repeated(fault: &Fault<'_>) -> bool {
    let place = fault.place;
    let of_segment = REPEATED.iter().find(|(segment, _)| Some(*segment) == place.segment_name());
    of_segment.is_some_and(|(_, fields)| fields.is_empty() || fields.contains(&place.field))
}

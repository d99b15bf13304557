//! What leaves is held against its profile.

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
    faults.iter().filter(|fault| !is_repeated(fault) && !is_far(fault)).map(Fault::words).collect()
}

/// Beyond the 99th segment the number in an error's place (ERR-2) is longer than the profile has it.
fn is_far(fault: &Fault<'_>) -> bool {
    fault.is_about_length() && fault.place.segment_name() == Some("ERR") && fault.place.field == 2
}

fn is_repeated(fault: &Fault<'_>) -> bool {
    let place = fault.place;
    let of_segment = REPEATED.iter().find(|(segment, _)| Some(*segment) == place.segment_name());
    of_segment.is_some_and(|(_, fields)| fields.is_empty() || fields.contains(&place.field))
}

//! Why somebody at a desk corrects, removes or puts back a report. The words are kept among its comments and stand in the
//! audit, so they say nothing of the person.

/// A reason: its code and its words.
pub type Reason = (&'static str, &'static str);

/// Why a report is corrected or removed.
pub const REASONS: &[Reason] = &[
    ("other-person", "Entered for the wrong person"),
    ("not-given", "The dose was not given"),
    ("twice", "Entered twice"),
    ("wrong-date", "The date was wrong"),
    ("wrong-product", "The vaccine or the lot was wrong"),
    ("other", "Another mistake of entry"),
];

/// Why a refusal, a contraindication, immunity or a reaction is removed; kept as the others are.
pub const NOTE_REASONS: &[Reason] = &[
    ("note-other-person", "Entered for the wrong person"),
    ("note-no-longer", "It does not hold any more"),
    ("note-not-so", "It was never so"),
    ("note-twice", "Entered twice"),
    ("note-other", "Another mistake of entry"),
];

/// Why what was removed stands again.
pub const PUT_BACK: Reason = ("put-back", "Removed by mistake");

/// Whether a comment is a reason and no more.
pub fn is_reason(comment: &str) -> bool {
    all().any(|(_, words)| *words == comment)
}

/// The words of a reason; what is none of them stays as it is.
pub fn in_words(reason: &str) -> &str {
    all().find(|(code, _)| *code == reason).map_or(reason, |(_, words)| *words)
}

fn all() -> impl Iterator<Item = &'static Reason> {
    REASONS.iter().chain(NOTE_REASONS).chain([&PUT_BACK])
}

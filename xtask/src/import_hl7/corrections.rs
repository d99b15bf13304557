//! Where the published profiles contradict themselves or the written guide: what is written instead.

/// A piece of a rule that is replaced.
#[derive(Debug)]
pub(super) struct Correction {
    /// The profiles it is about.
    pub(super) profiles: &'static [&'static str],
    /// What is published, as a line.
    pub(super) from: &'static str,
    /// What is written.
    pub(super) to: &'static str,
    /// The reason, a sentence.
    pub(super) why: &'static str,
}

/// All of them, applied in this order.
pub(super) const ALL: &[Correction] = &[
    Correction {
        profiles: &["Z22", "Z32", "Z42"],
        from: "if (RXA-20 empty or not RXA-20 in {CP, PA}) then RXA-9.1 empty",
        to: "if RXA-20 in {RE, NA} then RXA-9.1 empty",
        why: "The written guide takes an empty RXA-20 as complete.",
    },
    Correction {
        profiles: &["Z22", "Z32", "Z42"],
        from: "RXA-20 in {CP, PA}",
        to: "(RXA-20 empty or RXA-20 in {CP, PA})",
        why: "The written guide takes an empty RXA-20 as complete.",
    },
    Correction {
        profiles: &["Z32"],
        from: "RXR-20 in {CP, PA} and RXR-9.1 = '00'",
        to: "(RXA-20 empty or RXA-20 in {CP, PA}) and RXA-9.1 = '00'",
        why: "RXR has no such fields; RXA is meant.",
    },
    Correction {
        profiles: &["Z44"],
        from: ".4 valued",
        to: ".3 valued",
        why: "The condition of EI.4 would look at EI.4 itself; the other profiles look at EI.3.",
    },
    Correction {
        profiles: &["Z31"],
        from: "CE_IZ  1..250  HL70215     Publicity Code",
        to: "CE_IZ  1..250  HL70215_IZ  Publicity Code",
        why: "PD1-11 of candidates takes the codes of the other profiles; none of the table named fits what is sent.",
    },
];

/// The line with the corrections of this profile.
pub(super) fn corrected(line: String, profile: &str, is_of_ei: bool) -> String {
    let of_profile = ALL.iter().filter(|one| one.profiles.contains(&profile));
    of_profile
        .filter(|one| one.from != ".4 valued" || is_of_ei)
        .fold(line, |line, one| line.replace(one.from, one.to))
}

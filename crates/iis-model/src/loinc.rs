//! LOINC codes of the observations that are reported with doses (HL7 immunization guide 1.5, OBX-3).

/// A contraindication or precaution.
pub const CONTRAINDICATION: &str = "30945-0";
/// A disease that was had, with presumed immunity.
pub const PRESUMED_IMMUNITY: &str = "59784-9";
/// A disease with immunity that a test showed.
pub const SEROLOGY: &str = "75505-8";
/// A reaction that followed a dose.
pub const REACTION: &str = "31044-1";
/// What speaks for a vaccine beside age.
pub const INDICATION: &str = "59785-6";
/// The vaccine that other observations of the set are about.
pub const VACCINE_TYPE: &str = "30956-7";
/// The same, as older senders say it.
pub const OLD_VACCINE_TYPE: &str = "38890-0";
/// Since when an observation holds.
pub const EFFECTIVE_ON: &str = "30946-8";
/// Until when an observation holds.
pub const EXPIRES_ON: &str = "30944-3";

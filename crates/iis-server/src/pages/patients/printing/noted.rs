//! Immunity, contraindications and reactions in words that the templates know in each language. Senders write what they like beside a
//! code, so what is printed goes by the code.

use crate::pages::codes;
use crate::pages::patients::desk::beside::noted_words;
use iis_model::Coded;

/// The word of a code as it is printed: that of the form where it was recorded by it, else that of the code; for a code that is
/// in no table, what was sent.
pub(super) fn printed(coded: &Coded) -> String {
    let word = codes::word(coded);
    if noted_words().any(|known| known == word) {
        return word;
    }
    let known = |code: &str| WORDS.iter().find(|(known, _)| *known == code).map(|(_, word)| *word);
    coded.codings().find_map(|coding| known(&coding.code)).map_or(word, str::to_owned)
}

/// All words of the table.
#[cfg(test)]
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(_, word)| *word)
}

/// Codes of the sets for evidence of immunity, for contraindications and for reactions (SNOMED CT, CDCPHINVS), which do not overlap.
#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("38907003",  "Varicella infection"),
    ("371113008", "Varicella immune"),
    ("14189004",  "Measles infection"),
    ("371111005", "Measles immune"),
    ("36989005",  "Mumps infection"),
    ("371112003", "Mumps immune"),
    ("36653000",  "Rubella infection"),
    ("278968001", "Rubella immune"),
    ("40468003",  "Hepatitis A infection"),
    ("278971009", "Hepatitis A immune"),
    ("66071002",  "Hepatitis B infection"),
    ("271511000", "Hepatitis B immune"),
    ("397428000", "Diphtheria infection"),
    ("76902006",  "Tetanus infection"),
    ("27836007",  "Pertussis infection"),
    ("398102009", "Polio infection"),
    ("91428005",  "Hib infection"),
    ("240532009", "HPV infection"),
    ("6142004",   "Influenza infection"),
    ("16814004",  "Pneumococcal infection"),
    ("23511006",  "Meningococcal infection"),
    ("18624000",  "Rotavirus infection"),
    ("52947006",  "Japanese encephalitis infection"),
    ("4834000",   "Typhoid infection"),
    ("16541001",  "Yellow fever infection"),
    ("14168008",  "Rabies infection"),
    ("409498004", "Anthrax infection"),
    ("111852003", "Vaccinia infection"),
    ("161461006", "History of purpura"),
    ("27624003",  "Chronic disease"),
    ("294466005", "Allergy to streptomycin"),
    ("294530006", "Allergy to polymyxin B"),
    ("294847001", "Allergy to gelatin"),
    ("300916003", "Allergy to latex"),
    ("302215000", "Thrombocytopenia"),
    ("402306009", "Allergy to aluminum"),
    ("77386006",  "Pregnant"),
    ("86406008",  "HIV infection"),
    ("31323000",  "Severe combined immunodeficiency"),
    ("294468006", "Allergy to neomycin"),
    ("794468006", "Allergy to neomycin"),
    ("91930004",  "Allergy to egg protein"),
    ("VXC17",     "Severe allergy to 2-phenoxyethanol"),
    ("VXC18",     "Hypersensitivity to yeast"),
    ("VXC19",     "Severe allergy to thimerosal"),
    ("VXC20",     "Severe allergic reaction to an earlier dose or a component"),
    ("VXC21",     "History of intussusception"),
    ("VXC22",     "Encephalopathy within 7 days of a dose with pertussis"),
    ("VXC23",     "Fever with moderate or severe illness"),
    ("VXC24",     "Moderate or severe acute illness"),
    ("VXC25",     "Arthus reaction to a tetanus vaccine less than 10 years before"),
    ("VXC26",     "Unstable neurologic disorder"),
    ("VXC27",     "Immunocompromised"),
    ("VXC30",     "Severe allergy to proteins of rodent or neural origin"),
    ("39579001",  "Anaphylaxis"),
    ("81308009",  "Encephalopathy"),
    ("VXC9",      "Persistent, inconsolable crying for 3 hours or more within 48 hours"),
    ("VXC10",     "Collapse or shock-like state within 48 hours"),
    ("VXC11",     "Seizure within 72 hours"),
    ("VXC12",     "Fever of 105 °F (40.5 °C) or more within 48 hours"),
    ("VXC13",     "Guillain-Barré syndrome within 6 weeks"),
    ("VXC14",     "Rash within 14 days"),
    ("VXC15",     "Intussusception within 30 days"),
];

#[cfg(test)]
mod tests {
    use super::printed;
    use iis_model::Coded;

    #[test]
    fn what_is_printed_goes_by_the_code_and_the_words_of_the_form_stay() {
        #[rustfmt::skip]
        let table = [
            // code        what was sent                                   what is printed
            ("38907003",  "History of chickenpox",                        "Varicella infection"),
            ("38907003",  "Varicella: a clinician confirms the disease",  "Varicella: a clinician confirms the disease"),
            ("271511000", "",                                             "Hepatitis B immune"),
            ("VXC19",     "allergy to thimerosal (anaphylactic)",         "Severe allergy to thimerosal"),
            ("39579001",  "Anaphylaxis (disorder)",                       "Anaphylaxis"),
            ("1",         "Allergy to something else",                    "Allergy to something else"),
        ];
        for (code, sent, expected) in table {
            assert_eq!(printed(&Coded::new(code, sent, "SCT")), expected, "{code} {sent}");
        }
    }
}

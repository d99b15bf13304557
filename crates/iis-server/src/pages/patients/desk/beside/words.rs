//! What can be chosen of what stands beside the doses: kinds, reasons, contraindications and immunity, each with its code.

use iis_registry::desk::saying::Observed;

/// The kinds of notes.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("refusal", "A vaccine was refused"),
    ("contraindication", "A contraindication or precaution"),
    ("immunity", "The patient is immune"),
    ("reaction", "A reaction followed a dose"),
];

/// NIP002.
pub(super) const REASONS: &[(&str, &str)] = &[
    ("00", "Parental decision"),
    ("03", "Patient decision"),
    ("01", "Religious exemption"),
    ("02", "Other reason"),
];

/// Contraindications and precautions that a clinic meets: code, system, word. Each is one that the schedule lists.
#[rustfmt::skip]
pub(super) const CONTRAINDICATIONS: &[(&str, &str, &str)] = &[
    ("293115003",       "SCT",       "Severe allergic reaction after pertussis vaccine"),
    ("219084006",       "SCT",       "Severe allergic reaction after tetanus vaccine"),
    ("219096004",       "SCT",       "Severe allergic reaction after measles vaccine"),
    ("451331000124106", "SCT",       "Severe allergic reaction after varicella vaccine"),
    ("293117006",       "SCT",       "Severe allergic reaction after polio vaccine"),
    ("293110008",       "SCT",       "Severe allergic reaction after hepatitis B vaccine"),
    ("420113004",       "SCT",       "Severe allergic reaction after influenza vaccine"),
    ("91930004",        "SCT",       "Allergy to egg protein"),
    ("294847001",       "SCT",       "Severe allergy to gelatin"),
    ("300916003",       "SCT",       "Allergy to latex"),
    ("294468006",       "SCT",       "Severe allergy to neomycin"),
    ("VXC18",           "CDCPHINVS", "Hypersensitivity to yeast"),
    ("VXC22",           "CDCPHINVS", "Encephalopathy within 7 days of a dose with pertussis"),
    ("VXC21",           "CDCPHINVS", "History of intussusception"),
    ("31323000",        "SCT",       "Severe combined immunodeficiency"),
    ("VXC27",           "CDCPHINVS", "Immunocompromised"),
    ("86406008",        "SCT",       "HIV infection"),
    ("155",             "CDSI",      "HIV infection, not severely immunocompromised"),
    ("62479008",        "SCT",       "HIV infection, severely immunocompromised (AIDS)"),
    ("86553008",        "SCT",       "Immunosuppressive therapy"),
    ("367336001",       "SCT",       "Chemotherapy"),
    ("53438000",        "SCT",       "Radiation therapy"),
    ("313039003",       "SCT",       "Solid organ transplant"),
    (TRANSPLANT,        "SCT",       "Hematopoietic stem cell transplant"),
    ("156",             "CDSI",      "Generalized malignant neoplasm"),
    ("93143009",        "SCT",       "Leukemia"),
    ("399600009",       "SCT",       "Lymphoma"),
    (PREGNANT,          "SCT",       "Pregnant"),
];

/// The code of a pregnancy, with which a due date goes.
pub(super) const PREGNANT: &str = "77386006";

/// The code of a transplant of stem cells, with which its day goes.
pub(super) const TRANSPLANT: &str = "234336002";

/// What shows immunity: the kind of observation, SNOMED code, word.
#[rustfmt::skip]
pub(super) const IMMUNITY: &[(Observed, &str, &str)] = &[
    (Observed::Disease,  "38907003",  "Varicella: a clinician confirms the disease"),
    (Observed::Serology, "371113008", "Varicella: a test shows immunity"),
    (Observed::Serology, "371111005", "Measles: a test shows immunity"),
    (Observed::Serology, "371112003", "Mumps: a test shows immunity"),
    (Observed::Serology, "278968001", "Rubella: a test shows immunity"),
    (Observed::Serology, "278971009", "Hepatitis A: a test shows immunity"),
    (Observed::Serology, "271511000", "Hepatitis B: a test shows immunity"),
];

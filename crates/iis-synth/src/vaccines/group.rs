//! What a vaccine protects against: the groups that the schedules count in.

/// A vaccine group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Hepatitis B.
    HepB,
    /// Diphtheria, tetanus, pertussis, for children under 7.
    Dtap,
    /// Haemophilus influenzae type b.
    Hib,
    /// Polio.
    Ipv,
    /// Pneumococcal conjugate.
    Pcv,
    /// Rotavirus.
    Rota,
    /// Measles, mumps, rubella.
    Mmr,
    /// Varicella.
    Var,
    /// Hepatitis A.
    HepA,
    /// Influenza.
    Flu,
    /// COVID-19.
    Covid,
    /// Tetanus, diphtheria, pertussis, from 10 years on.
    Tdap,
    /// Tetanus, diphtheria.
    Td,
    /// Human papillomavirus.
    Hpv,
    /// Meningococcal A, C, W, Y.
    MenAcwy,
    /// Meningococcal B.
    MenB,
    /// Zoster.
    Zoster,
    /// Pneumococcal polysaccharide.
    Ppsv,
    /// Respiratory syncytial virus, vaccine.
    Rsv,
    /// Respiratory syncytial virus, antibody.
    RsvMab,
}

impl Group {
    /// All groups, in the order of the enumeration.
    pub const ALL: [Self; 20] = [
        Self::HepB,
        Self::Dtap,
        Self::Hib,
        Self::Ipv,
        Self::Pcv,
        Self::Rota,
        Self::Mmr,
        Self::Var,
        Self::HepA,
        Self::Flu,
        Self::Covid,
        Self::Tdap,
        Self::Td,
        Self::Hpv,
        Self::MenAcwy,
        Self::MenB,
        Self::Zoster,
        Self::Ppsv,
        Self::Rsv,
        Self::RsvMab,
    ];

    /// The word in the tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HepB => "HEPB",
            Self::Dtap => "DTAP",
            Self::Hib => "HIB",
            Self::Ipv => "IPV",
            Self::Pcv => "PCV",
            Self::Rota => "ROTA",
            Self::Mmr => "MMR",
            Self::Var => "VAR",
            Self::HepA => "HEPA",
            Self::Flu => "FLU",
            Self::Covid => "COVID",
            Self::Tdap => "TDAP",
            Self::Td => "TD",
            Self::Hpv => "HPV",
            Self::MenAcwy => "MENACWY",
            Self::MenB => "MENB",
            Self::Zoster => "ZOSTER",
            Self::Ppsv => "PPSV",
            Self::Rsv => "RSV",
            Self::RsvMab => "RSVMAB",
        }
    }

    /// The group of a word of the tables.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }

    /// Its bit in a set of groups.
    pub const fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

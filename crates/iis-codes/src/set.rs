//! Which code sets there are, and how their codes belong together.

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word by which tables name it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one that tables name so.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// A code set.
    Set {
        /// Vaccines (CDC's CVX).
        Cvx = "cvx",
        /// Manufacturers (CDC's MVX).
        Mvx = "mvx",
        /// Packages as they are given (NDC, unit of use), in the form 5-4-2.
        NdcUse = "ndc-use",
        /// Packages as they are sold (NDC, unit of sale), in the form 5-4-2.
        NdcSale = "ndc-sale",
        /// Procedures (CPT).
        Cpt = "cpt",
        /// Vaccine Information Statements, by the 24 digits of their bar code.
        Vis = "vis",
        /// Trade names.
        TradeName = "trade-name",
        /// Groups of vaccines.
        VaccineGroup = "vaccine-group",
        /// Types of addresses.
        AddressType = "address-type",
        /// Units of amounts.
        Unit = "unit",
        /// Birth order.
        BirthOrder = "birth-order",
        /// Routes.
        Route = "route",
        /// Body sites.
        BodySite = "body-site",
        /// Contraindications and precautions.
        Contraindication = "contraindication",
        /// Evidence of immunity.
        Immunity = "immunity",
        /// Eligibility for publicly funded vaccine.
        Eligibility = "eligibility",
        /// How the eligibility was recorded.
        EligibilityMethod = "eligibility-method",
        /// Whose money bought the vaccine.
        FundingSource = "funding-source",
        /// Types of values of observations.
        ValueType = "value-type",
        /// Types of identifiers.
        IdentifierType = "identifier-type",
        /// Whether a message is for production, training or debugging.
        ProcessingId = "processing-id",
        /// When an acknowledgment is wanted.
        Acknowledgment = "acknowledgment",
        /// Observations.
        Observation = "observation",
        /// Patient classes.
        PatientClass = "patient-class",
        /// Ethnicities.
        Ethnicity = "ethnicity",
        /// Whether data is protected.
        Protection = "protection",
        /// Consent to reminder and recall.
        Publicity = "publicity",
        /// Races.
        Race = "race",
        /// Administrative sex.
        Sex = "sex",
        /// Languages.
        Language = "language",
        /// Types of names.
        NameType = "name-type",
        /// Relationships.
        Relationship = "relationship",
        /// Registry status.
        RegistryStatus = "registry-status",
        /// Equipment of telecommunication.
        Equipment = "equipment",
        /// Use of telecommunication.
        TelecomUse = "telecom-use",
        /// What is to be done with a report.
        Action = "action",
        /// How an administration ended.
        Completion = "completion",
        /// Who may see a dose.
        Confidentiality = "confidentiality",
        /// Where a report comes from.
        InformationSource = "information-source",
        /// Order control.
        OrderControl = "order-control",
        /// Reactions.
        Reaction = "reaction",
        /// Reasons of refusal.
        Refusal = "refusal",
        /// Indications to immunize.
        Indication = "indication",
        /// Clinicians: the jurisdiction's own list; empty: not checked.
        Clinician = "clinician",
    }
}

named! {
    /// How a code of one set belongs to a code of another.
    Relation {
        /// A vaccine to its groups.
        CvxGroup = "cvx-group",
        /// A group to the vaccine code that stands for it.
        GroupCvx = "group-cvx",
        /// A vaccine to the routes by which its products are given.
        CvxRoute = "cvx-route",
        /// A package of use to its vaccine.
        UseCvx = "use-cvx",
        /// A package of use to its manufacturer.
        UseMvx = "use-mvx",
        /// A package of sale to its vaccine.
        SaleCvx = "sale-cvx",
        /// A package of sale to its manufacturer.
        SaleMvx = "sale-mvx",
        /// A package of sale to what is in it.
        SaleUse = "sale-use",
        /// A procedure to its vaccine.
        CptCvx = "cpt-cvx",
        /// A statement to the vaccines it is about.
        VisCvx = "vis-cvx",
        /// A trade name to its vaccine and manufacturer, written `CVX/MVX`.
        TradeProduct = "trade-product",
        /// A document (13 digits) to its page.
        VisPage = "vis-page",
        /// A document (13 digits) to its print.
        VisPrint = "vis-print",
        /// CDC's row number of a package of use to its code.
        UseId = "use-id",
        /// CDC's row number of a package of sale to its code.
        SaleId = "sale-id",
        /// An eligibility to the funding sources that go with it.
        EligibilityFunding = "eligibility-funding",
    }
}

impl Relation {
    /// The sets it joins; `None` where a side is no code of a set.
    pub const fn joins(self) -> Option<(Set, Set)> {
        Some(match self {
            Self::CvxGroup => (Set::Cvx, Set::VaccineGroup),
            Self::GroupCvx => (Set::VaccineGroup, Set::Cvx),
            Self::CvxRoute => (Set::Cvx, Set::Route),
            Self::UseCvx => (Set::NdcUse, Set::Cvx),
            Self::UseMvx => (Set::NdcUse, Set::Mvx),
            Self::SaleCvx => (Set::NdcSale, Set::Cvx),
            Self::SaleMvx => (Set::NdcSale, Set::Mvx),
            Self::SaleUse => (Set::NdcSale, Set::NdcUse),
            Self::CptCvx => (Set::Cpt, Set::Cvx),
            Self::VisCvx => (Set::Vis, Set::Cvx),
            Self::EligibilityFunding => (Set::Eligibility, Set::FundingSource),
            Self::TradeProduct | Self::VisPage | Self::VisPrint | Self::UseId | Self::SaleId => return None,
        })
    }
}

//! What a document says. The fields are what templates find in `document.json`; dates stand in it as `2026-03-02`, and
//! `2026-03` or `2026` where the day is not known.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The official record: every dose, what does not count and why, what is next.
    Record,
    /// For schools and child care: the vaccines they ask for, dates only.
    School,
    /// What one clinic gave: product, lot, site, who gave it.
    Administration,
    /// The school's form to fill in by hand.
    BlankSchool,
    /// The clinic's form to fill in by hand.
    BlankAdministration,
    /// The agreement between organization and registry, as it was signed.
    LetterOfAgreement,
    /// Whom an organization names as its site administrator, as it was signed.
    SiteAdministratorForm,
    /// To sign: the record is to be locked.
    OptOut,
    /// To sign: it is to be opened again.
    Rescind,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 9] = [
        Self::Record,
        Self::School,
        Self::Administration,
        Self::BlankSchool,
        Self::BlankAdministration,
        Self::LetterOfAgreement,
        Self::SiteAdministratorForm,
        Self::OptOut,
        Self::Rescind,
    ];

    /// The word that is kept and that stands in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::School => "school",
            Self::Administration => "administration",
            Self::BlankSchool => "blank-school",
            Self::BlankAdministration => "blank-administration",
            Self::LetterOfAgreement => "letter-of-agreement",
            Self::SiteAdministratorForm => "site-administrator-form",
            Self::OptOut => "opt-out",
            Self::Rescind => "rescind",
        }
    }

    /// The form of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// Whether it is about nobody.
    pub const fn is_blank(self) -> bool {
        matches!(self, Self::BlankSchool | Self::BlankAdministration | Self::OptOut | Self::Rescind)
    }

    /// Whether it is made of somebody's record.
    pub const fn is_of_record(self) -> bool {
        matches!(self, Self::Record | Self::School | Self::Administration)
    }

    /// Whether it is a text that somebody signed.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::LetterOfAgreement | Self::SiteAdministratorForm)
    }

    /// The languages it is printed in: what is signed is signed in English.
    pub const fn languages(self) -> &'static [Language] {
        if self.is_signed() { &[Language::En] } else { &Language::ALL }
    }

    /// The template that lays it out: a blank form is the same with nothing in it.
    pub(crate) const fn template(self) -> &'static str {
        match self {
            Self::Record => "record.typ",
            Self::School | Self::BlankSchool => "school.typ",
            Self::Administration | Self::BlankAdministration => "administration.typ",
            Self::LetterOfAgreement | Self::SiteAdministratorForm => "signed.typ",
            Self::OptOut | Self::Rescind => "opting.typ",
        }
    }
}

/// The language of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    En,
    /// Spanish.
    Es,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The code of ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// The language of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// One document. What is not asked for is empty: the school's form has no status, a blank form no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Which form.
    pub form: Form,
    /// In which language.
    pub language: Language,
    /// Who issues it.
    pub issuer: Issuer,
    /// The day that stands on it, that of the jurisdiction.
    pub issued_on: Date,
    /// The moment, for the file's own date: the clock of no machine is read.
    #[serde(skip)]
    pub issued_at: Timestamp,
    /// Whose record it is.
    pub person: Option<Person>,
    /// Doses by vaccine group, in the order of the record.
    pub groups: Vec<Group>,
    /// Whether doses and what comes next were judged without regard to anything but the doses: the document says it.
    pub doses_alone: bool,
    /// Immunity and contraindications.
    pub notes: Vec<Note>,
    /// Doses with what was given, of the administration record; newest first.
    pub given: Vec<Given>,
    /// What was signed; none: a form that nobody signs here.
    pub signed: Option<Signed>,
    /// The code by which it is confirmed.
    pub verification: Option<Verification>,
    /// How many letters of it no face has: the printer fills it in, and the document says it.
    pub unprintable: usize,
}

/// Who issues documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issuer {
    /// The registry's name.
    pub registry: Box<str>,
    /// Telephone of the Help Desk; may be empty.
    pub telephone: Box<str>,
    /// Where signed forms are sent, in one line; may be empty.
    pub address: Box<str>,
    /// `demo` or `training`: stands on every page that it is no official record. Empty: production.
    pub environment: Box<str>,
}

/// Whose record it is: no address, no telephone, nothing that a school need not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// `Ortega, Maya Renata`
    pub name: Box<str>,
    /// The birth date; empty: not known.
    pub born_on: Box<str>,
    /// `F`, `M`, `X`; empty: not recorded.
    pub sex: Box<str>,
    /// The last digits of the registry number.
    pub number_tail: Box<str>,
}

/// The doses of a vaccine group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name in the schedule, for which templates have words: `DTaP/Tdap/Td`.
    pub id: Box<str>,
    /// Its English name, where templates have none.
    pub label: Box<str>,
    /// Its doses, oldest first; none: it is only due.
    pub doses: Vec<GroupDose>,
    /// How it stands; none: it was not asked, or nobody knows.
    pub status: Option<Status>,
}

/// A dose in its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupDose {
    /// When; empty: not known.
    pub given_on: Box<str>,
    /// The age on that day.
    pub age: Option<Age>,
    /// The vaccine: `DTaP-Hib-IPV`.
    pub vaccine: Box<str>,
    /// Its lot; empty: not known or not asked for.
    pub lot: Box<str>,
    /// What the recommender says of it.
    pub verdict: Verdict,
    /// Why it does not count, as the Logic Specification says it: templates have words for it.
    pub reasons: Vec<&'static str>,
    /// By how many days it came too early.
    pub days_short: Option<u16>,
}

/// An age in whole years, months and days, each beside the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Age {
    /// Whole years.
    pub years: u16,
    /// Whole months after them.
    pub months: u8,
    /// Days after them.
    pub days: u8,
}

impl Age {
    /// The age on a day; none before birth.
    pub fn on(born: Date, day: Date) -> Option<Self> {
        if day < born {
            return None;
        }
        let span = born.until((jiff::Unit::Year, day)).ok()?;
        let age = Self {
            years: u16::try_from(span.get_years()).ok()?,
            months: u8::try_from(span.get_months()).ok()?,
            days: u8::try_from(span.get_days()).ok()?,
        };
        Some(age)
    }
}

/// Whether a dose counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It counts.
    Counts,
    /// It does not, and is repeated.
    DoesNotCount,
    /// It was not needed.
    Extra,
    /// Nobody judged it.
    NotJudged,
}

/// How a vaccine group stands on the day of issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// In one word.
    pub standing: Standing,
    /// The day since or from which a dose is wanted.
    pub on: Option<Date>,
    /// The number of that dose.
    pub dose: Option<u8>,
}

/// The word for how a group stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words of the recommender; `Standing` and `ForecastStatus` of iis-model say what they mean"
)]
pub enum Standing {
    Overdue,
    Due,
    BySchedule,
    SharedDecision,
    AskFirst,
    Later,
    AskWhen,
    SeasonUnknown,
    Complete,
    Immune,
    Contraindicated,
    NotRecommended,
    AgedOut,
}

impl Standing {
    /// Whether a dose may be given today: it is due, or patient and provider decide about it.
    pub const fn is_open_today(self) -> bool {
        matches!(self, Self::Overdue | Self::Due | Self::SharedDecision | Self::AskFirst)
    }
}

/// Something medical beside the doses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// About what: a disease, a contraindication, a reaction.
    pub what: Box<str>,
    /// After a dose of which vaccine; empty: of none, or not known.
    pub after: Box<str>,
    /// When that dose was given; empty: not known.
    pub after_on: Box<str>,
    /// When; empty: not known.
    pub on: Box<str>,
}

/// The kinds of notes that an official record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Evidence of immunity.
    Immunity,
    /// A medical contraindication.
    Contraindication,
    /// What followed a dose.
    Reaction,
}

/// One dose of the administration record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Given {
    /// When.
    pub given_on: Box<str>,
    /// The vaccine.
    pub vaccine: Box<str>,
    /// Who made it.
    pub manufacturer: Box<str>,
    /// The lot.
    pub lot: Box<str>,
    /// When the lot expires.
    pub expires_on: Box<str>,
    /// How much, with its unit.
    pub amount: Box<str>,
    /// How and where on the body: `IM · left thigh`.
    pub route_and_site: Box<str>,
    /// Who gave it.
    pub given_by: Box<str>,
    /// The clinic.
    pub place: Box<str>,
    /// The edition of the information statement.
    pub statement: Box<str>,
    /// Eligibility and funding.
    pub funding: Box<str>,
}

/// A text with the signature below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// For which site.
    pub site: Box<str>,
    /// Which case of the registry it belongs to: `Enrollment 12`.
    pub case: Box<str>,
    /// The text, paragraph by paragraph, without its title.
    pub paragraphs: Vec<Box<str>>,
    /// The name that was typed below it.
    pub signer: Box<str>,
    /// In which office.
    pub office: Box<str>,
    /// When, in the jurisdiction's zone, with the zone.
    pub at: Box<str>,
    /// SHA-256 of the whole text, in hexadecimal digits.
    pub text_sha256: Box<str>,
}

/// How a document is confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// As it is printed: `7KQ4-92MX-H3TB`.
    pub code: Box<str>,
    /// The page that takes it, as people type it: `https://registry.example/verify`.
    pub page: Box<str>,
    /// What the QR code says: the address that confirms this document.
    pub address: Box<str>,
}

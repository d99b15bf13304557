//! What may be done: one word each, its verb, and the part of the registry it belongs to.
//!
//! Source: requirements, sections 6.2 to 6.5. Which words make up one line of those tables stands in
//! [`super::function`]; who holds which word, and how far it reaches, in `policy/roles.toml`.

/// The verb of a permission (requirements 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// See.
    Read,
    /// Create and change; reading is implied.
    Write,
    /// Run a report, a search, a print.
    Run,
    /// Sign in one's own name.
    Sign,
    /// Approve what somebody else prepared.
    Approve,
}

impl Verb {
    /// The letter in the matrix.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Read => "R",
            Self::Write => "W",
            Self::Run => "X",
            Self::Sign => "G",
            Self::Approve => "A",
        }
    }
}

/// The part of the registry that a permission belongs to. The first four are the modules of the access table
/// (requirements 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Patient Management.
    Patients,
    /// Inventory Management, with orders.
    Inventory,
    /// Clinic Tools, with interfaces.
    Clinic,
    /// Reports.
    Reports,
    /// Accounts, requests, tickets, training, news.
    People,
    /// What only the state does.
    State,
    /// What machines do.
    Machines,
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $word:literal: $verb:ident, $area:ident;)*) => {
        crate::person::text_enum! {
            /// What may be done. The words stand in `policy/roles.toml` and in the audit.
            Permission { $($(#[$doc])* $variant = $word,)* }
        }

        impl Permission {
            /// Its verb.
            pub const fn verb(self) -> Verb {
                match self { $(Self::$variant => Verb::$verb,)* }
            }

            /// The part of the registry it belongs to.
            pub const fn area(self) -> Area {
                match self { $(Self::$variant => Area::$area,)* }
            }
        }
    };
}

#[rustfmt::skip]
permissions! {
    // Patient Management
    /// Search persons on screen.
    SearchPersons = "search-persons": Read, Patients;
    /// Open a person's record on screen.
    ViewPerson = "view-person": Read, Patients;
    /// See what is due, and why.
    ViewRecommender = "view-recommender": Read, Patients;
    /// Print the official record; a permission of readers too (S-66).
    PrintOfficialRecord = "print-official-record": Run, Patients;
    /// Add a person.
    AddPerson = "add-person": Write, Patients;
    /// Change demographics.
    ChangeDemographics = "change-demographics": Write, Patients;
    /// Record a dose given at one's own site.
    EnterAdministeredDose = "enter-administered-dose": Write, Patients;
    /// Record a dose given elsewhere.
    EnterHistoricalDose = "enter-historical-dose": Write, Patients;
    /// Change or delete a dose: within a clinic's reach, the doses of its own site.
    ChangeDose = "change-dose": Write, Patients;
    /// See contraindications, refusals, immunity.
    ViewContraindications = "view-contraindications": Read, Patients;
    /// Record contraindications, refusals, immunity.
    RecordContraindications = "record-contraindications": Write, Patients;
    /// Set whether a person is a clinic's active patient (S-65).
    SetClinicStatus = "set-clinic-status": Write, Patients;
    /// Set whether a person is active in the jurisdiction (S-65).
    SetJurisdictionStatus = "set-jurisdiction-status": Write, Patients;
    /// Tell the state that two records look like one person.
    FlagDuplicate = "flag-duplicate": Write, Patients;
    /// Open a record that is withheld, in an emergency and with a reason (Y-3).
    OpenInEmergency = "open-in-emergency": Read, Patients;
    /// Keep the roster of students of a school.
    KeepRoster = "keep-roster": Write, Patients;
    /// See exemptions.
    ViewExemptions = "view-exemptions": Read, Patients;
    /// Record exemptions of every kind.
    RecordExemptions = "record-exemptions": Write, Patients;
    /// Record medical exemptions.
    RecordMedicalExemption = "record-medical-exemption": Write, Patients;

    // Inventory Management
    /// See vaccine on hand and its transactions.
    ViewInventory = "view-inventory": Read, Inventory;
    /// Keep vaccine on hand and its transactions.
    KeepInventory = "keep-inventory": Write, Inventory;
    /// Receive, transfer, return, waste vaccine.
    MoveVaccine = "move-vaccine": Write, Inventory;
    /// Count and reconcile.
    CountInventory = "count-inventory": Write, Inventory;
    /// Log temperatures and excursions.
    LogTemperatures = "log-temperatures": Write, Inventory;
    /// Order vaccine.
    OrderVaccine = "order-vaccine": Write, Inventory;

    // Clinic Tools
    /// See clinic information and the staff list.
    ViewClinic = "view-clinic": Read, Clinic;
    /// Change clinic information and the staff list.
    KeepClinic = "keep-clinic": Write, Clinic;
    /// See delivery hours and storage units.
    ViewStorage = "view-storage": Read, Clinic;
    /// Change delivery hours and storage units.
    KeepStorage = "keep-storage": Write, Clinic;
    /// Prepare an agreement and the provider profile.
    PrepareAgreement = "prepare-agreement": Write, Clinic;
    /// Sign an agreement (S-54).
    SignAgreement = "sign-agreement": Sign, Clinic;
    /// See HL7 projects and senders.
    ViewProjects = "view-projects": Read, Clinic;
    /// Keep the HL7 projects of an organization.
    KeepProjects = "keep-projects": Write, Clinic;

    // Reports
    /// Run reminder and recall.
    RunRecall = "run-recall": Run, Reports;
    /// Run patient reports and coverage.
    RunPatientReports = "run-patient-reports": Run, Reports;
    /// Run inventory and order reports.
    RunInventoryReports = "run-inventory-reports": Run, Reports;
    /// Run school reports.
    RunSchoolReports = "run-school-reports": Run, Reports;

    // Accounts, requests, tickets
    /// Approve accounts of one's organization.
    ApproveAccounts = "approve-accounts": Approve, People;
    /// Confirm or deactivate the users of one's organization.
    RecertifyUsers = "recertify-users": Write, People;
    /// Open tickets and answer in them: one's own, or those of one's organization.
    WriteTickets = "write-tickets": Write, People;

    // The state
    /// See what is confidential: court order, witness, consent of a minor (Y-3).
    ViewConfidential = "view-confidential": Read, State;
    /// Lock a person, handle opting out.
    LockPersons = "lock-persons": Write, State;
    /// See merges and splits.
    ViewMerges = "view-merges": Read, State;
    /// Decide whether two persons are one: review, merge, unmerge.
    ResolveDuplicates = "resolve-duplicates": Write, State;
    /// See access requests and accounts.
    ViewAccounts = "view-accounts": Read, State;
    /// Review requests for access.
    ReviewRequests = "review-requests": Write, State;
    /// Manage accounts, and grant the roles that are not the state's own.
    ManageAccounts = "manage-accounts": Write, State;
    /// Manage accounts of the state's own staff, and grant the state's own roles (S-61).
    ManageStateAccounts = "manage-state-accounts": Write, State;
    /// See enrollments of sites.
    ViewEnrollments = "view-enrollments": Read, State;
    /// Review enrollments of sites.
    ReviewEnrollments = "review-enrollments": Write, State;
    /// Approve enrollments of sites.
    ApproveEnrollments = "approve-enrollments": Approve, State;
    /// See orders, returns and restitution.
    ViewOrders = "view-orders": Read, State;
    /// Approve orders, returns and restitution.
    ApproveOrders = "approve-orders": Approve, State;
    /// See compliance visits and quality improvement.
    ViewVisits = "view-visits": Read, State;
    /// Record compliance visits and quality improvement.
    RecordVisits = "record-visits": Write, State;
    /// Bring senders on board and keep what is agreed with them.
    ManageSenders = "manage-senders": Write, State;
    /// Read stored messages.
    ReadMessages = "read-messages": Read, State;
    /// Run ad hoc lists that name persons.
    RunIdentifiedLists = "run-identified-lists": Run, State;
    /// Run ad hoc counts.
    RunAggregates = "run-aggregates": Run, State;
    /// See the rules for schools.
    ViewSchoolRules = "view-school-rules": Read, State;
    /// Keep the rules for schools.
    KeepSchoolRules = "keep-school-rules": Write, State;
    /// See reference data and settings.
    ViewSettings = "view-settings": Read, State;
    /// Keep what sites may order.
    KeepOrderSets = "keep-order-sets": Write, State;
    /// Keep the mappings of senders' codes.
    KeepMappings = "keep-mappings": Write, State;
    /// Propose thresholds and weights of matching, which a second person approves.
    ProposeWeights = "propose-weights": Write, State;
    /// Change reference data and settings, rebuild, back up.
    Operate = "operate": Write, State;
    /// Read the audit log.
    ReadAudit = "read-audit": Read, State;
    /// Publish news.
    PublishNews = "publish-news": Write, State;
    /// Keep courses and the training library.
    KeepTraining = "keep-training": Write, State;
    /// See records that their reporter protects (PD1-12), whoever reported them.
    ViewProtected = "view-protected": Read, State;
    /// Withdraw what a sender sent, and take that back.
    WithdrawReports = "withdraw-reports": Write, State;
    /// Review what others opened in an emergency (Y-3).
    ReviewEmergencies = "review-emergencies": Approve, State;
    /// Answer everybody's tickets.
    AnswerTickets = "answer-tickets": Write, State;

    // Machines
    /// Submit reports about persons.
    SubmitReports = "submit-reports": Write, Machines;
    /// Ask for a person's record over an interface.
    QueryRecords = "query-records": Read, Machines;
    /// Report which courses somebody completed elsewhere (S-1).
    ReportCompletions = "report-completions": Write, Machines;
}

impl Permission {
    /// Whether the read-only variant of Patient Management has it although it writes (requirements 6.2: a school keeps
    /// its roster; screens 3.4: whoever may look may flag a duplicate).
    pub const fn is_for_readers(self) -> bool {
        matches!(self, Self::KeepRoster | Self::FlagDuplicate)
    }

    /// Whether it holds while a site is closed and its people are locked out: it is what opens the site again (S-54, S-67).
    pub const fn renews(self) -> bool {
        matches!(self, Self::PrepareAgreement | Self::SignAgreement)
    }

    /// Whether it holds while a site is closed and its people still read: their site administrator ends whoever is to read no longer, and
    /// all of them ask the Help Desk (S-64, S-67).
    pub const fn goes_on_while_closed(self) -> bool {
        self.renews() || matches!(self, Self::RecertifyUsers | Self::WriteTickets)
    }

    /// Whether what it shows or changes is about persons.
    pub const fn is_about_persons(self) -> bool {
        matches!(self.area(), Area::Patients)
            || matches!(
                self,
                Self::RunRecall
                    | Self::RunPatientReports
                    | Self::RunIdentifiedLists
                    | Self::ViewConfidential
                    | Self::LockPersons
                    | Self::ViewMerges
                    | Self::ResolveDuplicates
                    | Self::ReadMessages
                    | Self::ViewProtected
            )
    }

    /// What the matrix adds to the verb where a line of the table holds several permissions of one verb.
    pub const fn addition(self) -> &'static str {
        match self {
            Self::ViewConfidential => "incl. confidential",
            Self::LockPersons => "lock, opt-out",
            Self::ManageStateAccounts => "staff roles",
            Self::KeepSchoolRules => "rules",
            Self::KeepOrderSets => "order sets",
            Self::KeepMappings => "mappings",
            Self::ProposeWeights => "match thresholds",
            Self::RecordMedicalExemption => "medical",
            _ => "",
        }
    }
}

//! The lines of the access matrix: which permissions make up one function.
//!
//! Source: requirements, sections 6.3 (functions of those outside), 6.4 (functions of the state) and 6.5 (machines).

#[expect(clippy::enum_glob_use, reason = "the table is the list of them all")]
use super::Permission::{self, *};

/// One line of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// What it is called there.
    pub title: &'static str,
    /// What it takes; several where some roles see and others change.
    pub permissions: &'static [Permission],
}

const fn function(title: &'static str, permissions: &'static [Permission]) -> Function {
    Function { title, permissions }
}

/// What those outside do: eight types of access and the site administrator (section 6.3).
#[rustfmt::skip]
pub const OUTSIDE: &[Function] = &[
    function("search person",                                &[SearchPersons]),
    function("view record, history",                         &[ViewPerson]),
    function("view recommender",                             &[ViewRecommender]),
    function("print official record",                        &[PrintOfficialRecord]),
    function("add person",                                   &[AddPerson]),
    function("change demographics",                          &[ChangeDemographics]),
    function("enter administered dose",                      &[EnterAdministeredDose]),
    function("enter historical dose",                        &[EnterHistoricalDose]),
    function("change or delete own site's dose",             &[ChangeDose]),
    function("contraindication, refusal, immunity",          &[ViewContraindications, RecordContraindications]),
    function("status at clinic level",                       &[SetClinicStatus]),
    function("status at jurisdiction level",                 &[SetJurisdictionStatus]),
    function("flag duplicate",                               &[FlagDuplicate]),
    function("merge, unmerge",                               &[ViewMerges, ResolveDuplicates]),
    function("student roster",                               &[KeepRoster]),
    function("exemption record",                             &[ViewExemptions, RecordMedicalExemption, RecordExemptions]),
    function("inventory on hand, transactions",              &[ViewInventory, KeepInventory]),
    function("receive, transfer, return, waste",             &[MoveVaccine]),
    function("reconcile, count",                             &[CountInventory]),
    function("temperature log, excursion",                   &[LogTemperatures]),
    function("order vaccine",                                &[OrderVaccine]),
    function("clinic information, staff list",               &[ViewClinic, KeepClinic]),
    function("delivery hours, storage units",                &[ViewStorage, KeepStorage]),
    function("prepare agreement, profile",                   &[PrepareAgreement]),
    function("sign agreement",                               &[SignAgreement]),
    function("reminder, recall",                             &[RunRecall]),
    function("patient reports, coverage",                    &[RunPatientReports]),
    function("inventory and order reports",                  &[RunInventoryReports]),
    function("school reports",                               &[RunSchoolReports]),
    function("HL7 project pages",                            &[ViewProjects, KeepProjects]),
    function("approve accounts of the organization",         &[ApproveAccounts]),
    function("recertify, deactivate users",                  &[RecertifyUsers]),
    function("tickets",                                      &[WriteTickets]),
];

/// What the state does: nine sub-roles (section 6.4).
#[rustfmt::skip]
pub const STATE: &[Function] = &[
    function("person: view",                                 &[SearchPersons, ViewPerson, ViewRecommender,
                                                               ViewContraindications, ViewConfidential]),
    function("person, dose: change",                         &[AddPerson, ChangeDemographics, EnterAdministeredDose, EnterHistoricalDose,
                                                               ChangeDose, RecordContraindications, SetClinicStatus, SetJurisdictionStatus, LockPersons]),
    function("merge, unmerge",                               &[ViewMerges, ResolveDuplicates]),
    function("access requests, accounts",                    &[ViewAccounts, ReviewRequests, ManageAccounts, ManageStateAccounts]),
    function("enrollment review",                            &[ViewEnrollments, ReviewEnrollments, ApproveEnrollments]),
    function("orders, returns, restitution",                 &[ViewOrders, ApproveOrders]),
    function("compliance visits, quality improvement",       &[ViewVisits, RecordVisits]),
    function("interface projects, senders",                  &[ViewProjects, ManageSenders]),
    function("message bodies",                               &[ReadMessages]),
    function("ad hoc identified lists",                      &[RunIdentifiedLists]),
    function("ad hoc aggregate",                             &[RunAggregates]),
    function("exemptions, school rules",                     &[ViewExemptions, RecordExemptions, ViewSchoolRules, KeepSchoolRules]),
    function("reference data, settings",                     &[ViewSettings, KeepOrderSets, KeepMappings, ProposeWeights, Operate]),
    function("audit log",                                    &[ReadAudit]),
    function("news, training library",                       &[PublishNews, KeepTraining]),
];

/// What the tables do not name for everybody who needs it: printing is a permission of readers (S-66), whoever looks may
/// flag a duplicate, the state sees protected records (Y-2), a sender's reports can be withdrawn, and tickets have two
/// sides (S-64).
#[rustfmt::skip]
pub const FURTHER: &[Function] = &[
    function("see protected records",                        &[ViewProtected]),
    function("print official record",                        &[PrintOfficialRecord]),
    function("flag duplicate",                               &[FlagDuplicate]),
    function("withdraw a sender's reports",                  &[WithdrawReports]),
    function("tickets of one's own",                         &[WriteTickets]),
    function("answer tickets",                               &[AnswerTickets]),
];

/// What machines do (section 6.5).
pub const MACHINES: &[Function] =
    &[function("submit reports", &[SubmitReports]), function("query records", &[QueryRecords])];

#[cfg(test)]
mod tests {
    use super::{FURTHER, MACHINES, OUTSIDE, Permission, STATE};

    #[test]
    fn every_permission_stands_in_a_line() {
        let lines = || [OUTSIDE, STATE, FURTHER, MACHINES].into_iter().flatten();
        for permission in Permission::ALL {
            assert!(lines().any(|line| line.permissions.contains(permission)), "{permission:?}");
        }
    }
}

//! The lines of the access matrix: which permissions make up one function.
//!
//! Source: requirements, sections 6.3 (functions of those outside), 6.4 (functions of the state) and 6.5 (machines).

use super::Permission;
use super::Permission as P;

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
    function("search person",                                &[P::SearchPersons]),
    function("view record, history",                         &[P::ViewPerson]),
    function("view recommender",                             &[P::ViewRecommender]),
    function("print official record",                        &[P::PrintOfficialRecord]),
    function("add person",                                   &[P::AddPerson]),
    function("change demographics",                          &[P::ChangeDemographics]),
    function("enter administered dose",                      &[P::EnterAdministeredDose]),
    function("enter historical dose",                        &[P::EnterHistoricalDose]),
    function("change or delete own site's dose",             &[P::ChangeDose]),
    function("contraindication, refusal, immunity",          &[P::ViewContraindications, P::RecordContraindications]),
    function("status at clinic level",                       &[P::SetClinicStatus]),
    function("status at jurisdiction level",                 &[P::SetJurisdictionStatus]),
    function("flag duplicate",                               &[P::FlagDuplicate]),
    function("merge, unmerge",                               &[P::ViewMerges, P::ResolveDuplicates]),
    function("student roster",                               &[P::KeepRoster]),
    function("exemption record",                             &[P::ViewExemptions, P::RecordMedicalExemption, P::RecordExemptions]),
    function("inventory on hand, transactions",              &[P::ViewInventory, P::KeepInventory]),
    function("receive, transfer, return, waste",             &[P::MoveVaccine]),
    function("reconcile, count",                             &[P::CountInventory]),
    function("temperature log, excursion",                   &[P::LogTemperatures]),
    function("order vaccine",                                &[P::OrderVaccine]),
    function("clinic information, staff list",               &[P::ViewClinic, P::KeepClinic]),
    function("delivery hours, storage units",                &[P::ViewStorage, P::KeepStorage]),
    function("prepare agreement, profile",                   &[P::PrepareAgreement]),
    function("sign agreement",                               &[P::SignAgreement]),
    function("reminder, recall",                             &[P::RunRecall]),
    function("patient reports, coverage",                    &[P::RunPatientReports]),
    function("inventory and order reports",                  &[P::RunInventoryReports]),
    function("school reports",                               &[P::RunSchoolReports]),
    function("HL7 project pages",                            &[P::ViewProjects, P::KeepProjects]),
    function("approve accounts of the organization",         &[P::ApproveAccounts]),
    function("recertify, deactivate users",                  &[P::RecertifyUsers]),
    function("tickets",                                      &[P::WriteTickets]),
];

/// What the state does: nine sub-roles (section 6.4).
#[rustfmt::skip]
pub const STATE: &[Function] = &[
    function("person: view",                                 &[P::SearchPersons, P::ViewPerson, P::ViewRecommender,
                                                               P::ViewContraindications, P::ViewConfidential]),
    function("person, dose: change",                         &[P::AddPerson, P::ChangeDemographics, P::EnterAdministeredDose, P::EnterHistoricalDose,
                                                               P::ChangeDose, P::RecordContraindications, P::SetClinicStatus, P::SetJurisdictionStatus, P::LockPersons]),
    function("merge, unmerge",                               &[P::ViewMerges, P::ResolveDuplicates]),
    function("access requests, accounts",                    &[P::ViewAccounts, P::ReviewRequests, P::ManageAccounts, P::ManageStateAccounts]),
    function("enrollment review",                            &[P::ViewEnrollments, P::ReviewEnrollments, P::ApproveEnrollments]),
    function("orders, returns, restitution",                 &[P::ViewOrders, P::ApproveOrders]),
    function("compliance visits, quality improvement",       &[P::ViewVisits, P::RecordVisits]),
    function("interface projects, senders",                  &[P::ViewProjects, P::ManageSenders]),
    function("message bodies",                               &[P::ReadMessages]),
    function("ad hoc identified lists",                      &[P::RunIdentifiedLists]),
    function("ad hoc aggregate",                             &[P::RunAggregates]),
    function("exemptions, school rules",                     &[P::ViewExemptions, P::RecordExemptions, P::ViewSchoolRules, P::KeepSchoolRules]),
    function("reference data, settings",                     &[P::ViewSettings, P::KeepOrderSets, P::KeepMappings, P::ProposeWeights, P::Operate]),
    function("audit log",                                    &[P::ReadAudit]),
    function("news, training library",                       &[P::PublishNews, P::KeepTraining]),
];

/// What the tables do not name for everybody who needs it: printing is a permission of readers (S-66), whoever looks may
/// flag a duplicate, the state sees protected records (Y-2), clinics open withheld ones in an emergency (Y-3), a sender's reports can be withdrawn, and tickets have two
/// sides (S-64).
#[rustfmt::skip]
pub const FURTHER: &[Function] = &[
    function("see protected records",                        &[P::ViewProtected]),
    function("print official record",                        &[P::PrintOfficialRecord]),
    function("open a withheld record in an emergency",       &[P::OpenInEmergency]),
    function("review emergencies",                           &[P::ReviewEmergencies]),
    function("flag duplicate",                               &[P::FlagDuplicate]),
    function("withdraw a sender's reports",                  &[P::WithdrawReports]),
    function("tickets of one's own",                         &[P::WriteTickets]),
    function("answer tickets",                               &[P::AnswerTickets]),
];

/// What machines do (section 6.5); that systems of training report completions is of S-1.
pub const MACHINES: &[Function] = &[
    function("submit reports", &[P::SubmitReports]),
    function("query records", &[P::QueryRecords]),
    function("report completions of training", &[P::ReportCompletions]),
];

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

//! Getting access: training, enrollment of sites, requests for accounts, the Help Desk's queues, staff lists, users. All are
//! sheets ([`sheet`]), whose addresses stand in [`declare`].

mod again;
mod agreement;
mod applying;
mod approving;
mod changing;
mod correcting;
mod desk;
mod enrolling;
pub(in crate::pages) mod files;
pub(super) mod helping;
mod keyed;
mod leaving;
mod library;
mod news;
mod on_record;
mod own_tickets;
mod papers;
mod passwords;
mod people;
mod requested;
mod reviewing;
pub(super) mod sheet;
mod standing;
mod ticket_desk;
mod tickets;
mod tracker;
mod trainee;
mod training;
mod training_desk;
mod users;

use crate::addresses::Addresses;
use crate::addresses::Rule::{Everybody, Needs, Proved};
use iis_model::access::Permission as P;

/// The largest form with a scan, in bytes: the scan itself has at most 10 MiB.
const LARGEST_SCAN: usize = 11 * 1024 * 1024;
/// The largest file of completions.
const LARGEST_FILE: usize = iis_registry::training::LARGEST_FILE;

/// These pages' addresses with what each asks. Whoever has a key in the address has the letter that carried it; the page
/// looks at the key itself.
#[rustfmt::skip]
pub(super) fn declare(addresses: Addresses) -> Addresses {
    addresses
        .get("/request-access", Everybody, applying::form)
        .post("/request-access", Everybody, applying::begin)
        .get("/request-access/sent", Everybody, applying::sent)
        .post("/request-access/again", Everybody, again::request)
        .get("/request-access/{number}/{key}", Everybody, requested::status)
        .get("/request-access/{number}/{key}/{verb}", Everybody, requested::ask)
        .post("/request-access/{number}/{key}/{verb}", Everybody, requested::act)
        .get("/approve/{number}/{key}", Needs(P::ApproveAccounts), approving::show)
        .post("/approve/{number}/{key}/{verb}", Proved(P::ApproveAccounts), approving::act)
        .get("/approved", Needs(P::ApproveAccounts), approving::done)
        .get("/set-password/{token}", Everybody, passwords::form)
        .post("/set-password/{token}", Everybody, passwords::submit)
        .get("/enroll", Everybody, enrolling::form)
        .post("/enroll", Everybody, enrolling::begin)
        .get("/enroll/sent", Everybody, enrolling::sent)
        .post("/enroll/again", Everybody, again::enrollment)
        .get("/enroll/{number}/{key}", Everybody, enrolling::show)
        .post_file("/enroll/{number}/{key}/scan", Everybody, LARGEST_SCAN, enrolling::scan)
        .post("/enroll/{number}/{key}/{verb}", Everybody, enrolling::act)
        .get("/enroll/{number}/{key}/papers/{n}", Everybody, enrolling::paper)
        .get("/training", Everybody, training::show)
        .post("/training", Everybody, training::register)
        .get("/training/courses/{code}", Everybody, training::course)
        .get("/training/record/{key}", Everybody, trainee::record)
        .get("/training/record/{key}/{code}", Everybody, trainee::course)
        .post("/training/record/{key}/{code}", Everybody, trainee::complete)
        .get("/admin/training", Needs(P::KeepTraining), training_desk::keep)
        .post_file("/admin/training", Needs(P::KeepTraining), LARGEST_FILE, training_desk::import)
        .get("/admin/training/courses", Needs(P::KeepTraining), library::list)
        .get("/admin/training/courses/{code}", Needs(P::KeepTraining), library::show)
        .post("/admin/training/courses/{code}", Needs(P::KeepTraining), library::save)
        .post("/admin/training/{user_type}/{code}/{needed}", Needs(P::KeepTraining), training_desk::set)
        .get("/admin/news", Needs(P::PublishNews), news::show)
        .post("/admin/news", Needs(P::PublishNews), news::publish)
        .post("/admin/news/{id}/down", Needs(P::PublishNews), news::take_down)
        .get("/help/requests", Needs(P::ReviewRequests), desk::queue)
        .get("/help/requests/{number}", Needs(P::ReviewRequests), desk::show)
        .post("/help/requests/{number}/approve", Proved(P::ReviewRequests), desk::approve)
        .post("/help/requests/{number}/{verb}", Needs(P::ReviewRequests), desk::act)
        .get("/help/enrollments", Needs(P::ViewEnrollments), reviewing::queue)
        .get("/help/enrollments/{number}", Needs(P::ViewEnrollments), reviewing::show)
        .get("/help/enrollments/{number}/papers/{n}", Needs(P::ViewEnrollments), reviewing::paper)
        .post("/help/enrollments/{number}/verify", Needs(P::ReviewEnrollments), reviewing::verify)
        .post("/help/enrollments/{number}/letter", Needs(P::ReviewEnrollments), reviewing::send_letter)
        .post("/help/enrollments/{number}/decide/{verb}", Proved(P::ApproveEnrollments), reviewing::act)
        .get("/help/tickets", Needs(P::AnswerTickets), ticket_desk::list)
        .get("/help/tickets/new", Everybody, tickets::form)
        .post("/help/tickets/new", Everybody, tickets::open)
        .get("/help/tickets/sent", Everybody, tickets::sent)
        .post("/help/tickets/again", Everybody, again::ticket)
        .post("/help/tickets/set-aside", Needs(P::AnswerTickets), ticket_desk::set_aside)
        .get("/help/tickets/{number}", Needs(P::AnswerTickets), ticket_desk::show)
        .post("/help/tickets/{number}", Needs(P::AnswerTickets), ticket_desk::reply)
        .post("/help/tickets/{number}/close", Needs(P::AnswerTickets), ticket_desk::close)
        .post_file("/help/tickets/{number}/files", Needs(P::AnswerTickets), LARGEST_SCAN, ticket_desk::attach)
        .get("/help/tickets/{number}/files/{n}", Needs(P::AnswerTickets), ticket_desk::file)
        .get("/help/tickets/{number}/{key}", Everybody, tickets::own)
        .post("/help/tickets/{number}/{key}", Everybody, tickets::answer)
        .post_file("/help/tickets/{number}/{key}/files", Everybody, LARGEST_SCAN, tickets::own_attach)
        .get("/help/tickets/{number}/{key}/files/{n}", Everybody, tickets::own_file)
        .get("/tickets", Needs(P::WriteTickets), own_tickets::list)
        .get("/tickets/{number}", Needs(P::WriteTickets), own_tickets::show)
        .post("/tickets/{number}", Needs(P::WriteTickets), own_tickets::answer)
        .post_file("/tickets/{number}/files", Needs(P::WriteTickets), LARGEST_SCAN, own_tickets::attach)
        .get("/tickets/{number}/files/{n}", Needs(P::WriteTickets), own_tickets::file)
        .get("/tickets/{number}/request", Needs(P::WriteTickets), own_tickets::request)
        .post("/tickets/{number}/request", Needs(P::WriteTickets), own_tickets::begin)
        .get("/clinic/agreement", Needs(P::PrepareAgreement), agreement::show)
        .post("/clinic/agreement/begin", Needs(P::PrepareAgreement), agreement::begin)
        .post("/clinic/agreement/sign", Proved(P::SignAgreement), agreement::sign)
        .post("/clinic/agreement/send", Needs(P::PrepareAgreement), agreement::send)
        .get("/clinic/agreement/papers/{n}", Needs(P::PrepareAgreement), agreement::paper)
        .get("/clinic/staff", Needs(P::KeepClinic), people::list)
        .post("/clinic/staff", Needs(P::KeepClinic), people::add)
        .get("/clinic/staff/{entry}/correct", Needs(P::KeepClinic), correcting::ask)
        .post("/clinic/staff/{entry}/correct", Needs(P::KeepClinic), correcting::correct)
        .get("/clinic/staff/{entry}/off", Needs(P::KeepClinic), people::ask_off)
        .post("/clinic/staff/{entry}/off", Proved(P::KeepClinic), people::take_off)
        .get("/admin/accounts", Needs(P::RecertifyUsers), users::list)
        .get("/admin/accounts/{id}/{verb}", Needs(P::RecertifyUsers), users::ask)
        .post("/admin/accounts/{id}/{verb}", Proved(P::RecertifyUsers), users::act)
        .get("/help/accounts", Needs(P::ViewAccounts), helping::find)
        .get("/help/accounts/{user}", Needs(P::ViewAccounts), helping::show)
        .post("/help/accounts/{user}/{verb}", Proved(P::ManageAccounts), helping::act)
        .post("/admin/state-accounts/{user}/{verb}", Proved(P::ManageStateAccounts), helping::act_for_state)
        .get("/help/people/{id}", Needs(P::ViewAccounts), on_record::show)
        .post("/help/people/{id}", Proved(P::ManageAccounts), on_record::correct)
        .get("/admin/enrollment", Needs(P::ApproveAccounts), leaving::show)
        .post("/admin/enrollment/withdraw", Proved(P::ApproveAccounts), leaving::withdraw)
}

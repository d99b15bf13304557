//! Getting access: training, enrollment of sites, requests for accounts, the Help Desk's queues, staff lists, users. All are
//! sheets ([`sheet`]), whose addresses stand in [`routes`].

mod applying;
mod approving;
mod desk;
mod enrolling;
mod news;
mod passwords;
mod people;
mod reviewing;
pub(super) mod sheet;
mod tickets;
mod training;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// The largest form with a scan, in bytes: the scan itself has at most 10 MiB.
const LARGEST_SCAN: usize = 11 * 1024 * 1024;

/// The addresses of these pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/request-access", get(applying::form).post(applying::begin))
        .route("/request-access/sent", get(applying::sent))
        .route("/request-access/{number}/{key}", get(applying::status))
        .route("/request-access/{number}/{key}/{verb}", post(applying::act))
        .route("/approve/{number}/{key}", get(approving::show))
        .route("/approve/{number}/{key}/{verb}", post(approving::act))
        .route("/approved", get(approving::done))
        .route("/set-password/{token}", get(passwords::form).post(passwords::submit))
        .route("/enroll", get(enrolling::form).post(enrolling::begin))
        .route("/enroll/sent", get(enrolling::sent))
        .route("/enroll/{number}/{key}", get(enrolling::show))
        .route(
            "/enroll/{number}/{key}/scan",
            post(enrolling::scan).layer(DefaultBodyLimit::max(LARGEST_SCAN)),
        )
        .route("/enroll/{number}/{key}/{verb}", post(enrolling::act))
        .route("/enroll/{number}/{key}/papers/{n}", get(enrolling::paper))
        .route("/training", get(training::show).post(training::register))
        .route("/training/courses/{code}", get(training::course))
        .route("/training/record/{key}", get(training::record))
        .route("/training/record/{key}/{code}", post(training::complete))
        .route("/admin/training", get(training::keep).post(training::import))
        .route("/admin/training/{user_type}/{code}/{needed}", post(training::set))
        .route("/admin/news", get(news::show).post(news::publish))
        .route("/admin/news/{id}/down", post(news::take_down))
        .route("/help/requests", get(desk::queue))
        .route("/help/requests/{number}", get(desk::show))
        .route("/help/requests/{number}/{verb}", post(desk::act))
        .route("/help/enrollments", get(reviewing::queue))
        .route("/help/enrollments/{number}", get(reviewing::show))
        .route("/help/enrollments/{number}/{verb}", post(reviewing::act))
        .route("/help/tickets", get(tickets::list))
        .route("/help/tickets/new", get(tickets::form).post(tickets::open))
        .route("/help/tickets/sent", get(tickets::sent))
        .route("/help/tickets/{number}", get(tickets::show).post(tickets::reply))
        .route("/help/tickets/{number}/close", post(tickets::close))
        .route("/help/tickets/{number}/{key}", get(tickets::own).post(tickets::answer))
        .route("/clinic/staff", get(people::list).post(people::add))
        .route("/clinic/staff/{entry}/off", post(people::take_off))
        .route("/admin/accounts", get(people::users))
        .route("/admin/accounts/{id}/{verb}", post(people::act))
}

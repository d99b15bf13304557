//! What is said when a page cannot be shown: what happened, whether anything was saved, what to do, and a reference.

use super::frame::Frame;
use super::visitor::{Stop, Visitor};
use askama::Template;
use axum::http::StatusCode;

/// Any page of failure.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    pub(crate) frame: Frame,
    pub(crate) sentences: &'static [&'static str],
    pub(crate) can_retry: bool,
    /// Stands in the log beside the cause.
    pub(crate) reference: String,
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPage {
    /// There is no such thing, or not for this person: both look the same.
    NotFound,
    /// The link of a letter opens nothing: used, run out, superseded, answered by somebody else, or never one. All look the
    /// same.
    SpentLink,
    /// The form did not come from one of our pages.
    ForeignForm,
    /// The form was too large.
    TooLarge,
    /// More forms came from this network address than people send.
    TooMany,
    /// The server is too busy.
    Busy,
    /// Maintenance: nothing is stored.
    ReadOnly,
    /// Something of ours went wrong.
    Internal,
}

impl NoPage {
    /// The status of the answer.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::NotFound | Self::SpentLink => StatusCode::NOT_FOUND,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::ReadOnly => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page in this frame.
    pub(crate) fn page(self, frame: Frame, reference: String) -> ErrorPage {
        let (title, sentences): (_, &[&str]) = match self {
            Self::NotFound => (
                "We can’t find that page",
                &[
                    "Check the address. The page may have moved, or it may be one that you may not see.",
                    "If someone sent you the link, ask them whether you should have access.",
                ],
            ),
            Self::SpentLink => (
                "This link opens nothing any more",
                &[
                    "It was used, has run out, was answered by somebody else, or a newer message took its place. If it is cut off, \
                     copy all of it from the message.",
                    "If you have set a password already, sign in. Otherwise open the newest message, or have one mailed again: for a \
                     request under Request access, for training under Training. The Help Desk helps with anything else.",
                ],
            ),
            Self::ForeignForm => (
                "This form is no longer valid",
                &[
                    "Nothing was saved. Forms expire when you sign out or sign in again, also in another window.",
                    "Go back, load the page again, and send the form once more.",
                ],
            ),
            Self::TooLarge => ("That was too large", &["Nothing was saved. Send less at once."]),
            Self::TooMany => (
                "Too many forms came from your network",
                &["Nothing was saved. Go back, wait a minute, then send the form once more."],
            ),
            Self::Busy => {
                ("The registry is very busy", &["Nothing was saved. Wait a few seconds, then try again."])
            }
            Self::ReadOnly => (
                "Changes are not possible right now",
                &[
                    "Nothing was saved. The registry is under maintenance: records can be read, but nothing is stored.",
                ],
            ),
            Self::Internal => (
                "Something went wrong on our side",
                &["What you just did was not saved. Try again; if it happens again, tell the Help Desk."],
            ),
        };
        let can_retry = matches!(self, Self::Busy | Self::Internal);
        ErrorPage { frame: frame.titled(title), sentences, can_retry, reference }
    }
}

/// Every address that is nobody's.
pub(crate) async fn nothing_here(visitor: Visitor) -> Stop {
    visitor.no_page(NoPage::NotFound)
}

//! The end of an enrollment, wherever it stands (requirements 3.1): its site administrator, signed in, withdraws the site; the
//! state ends it. Both say why. Whoever has nothing but the link of a letter takes back what has not made a site yet
//! ([`super::withdraw`], decision 0040).

use super::{Enrollment, Event, closing};
use crate::access::Refused;
use crate::cases::{By, Keys, NOT_NOW};
use crate::enrollment::standing::inside;
use crate::mail::Letter;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_store::{AuditEntry, Lane, outbox};

/// Who ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ender {
    /// A site administrator of the organization.
    Site,
    /// Staff who approve enrollments.
    State,
}

impl Ender {
    fn of(granted: &Granted) -> Result<Self, Failure> {
        match granted.permission() {
            Permission::ApproveAccounts => Ok(Self::Site),
            Permission::ApproveEnrollments => Ok(Self::State),
            _ => Err(Refused.into()),
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Site => "withdraw-site",
            Self::State => "end-enrollment",
        }
    }
}

/// Ends an enrollment: with it the site is closed, its people read for a while and are then locked out of it. A site that
/// comes back enrolls anew.
pub async fn end(
    cx: &Context,
    granted: &Granted,
    number: i64,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let ender = Ender::of(granted)?;
    if reason.trim().is_empty() {
        return Err(Failure::Rule(
            "Say why: it is kept with the enrollment, and whoever asks later reads it.",
        ));
    }
    let keys = Keys::of(cx, arrival).await?;
    let (cx2, reason, by_whom): (_, Box<str>, Box<str>) =
        (cx.clone(), reason.trim().into(), granted.actor().label().1.into());
    let entry =
        AuditEntry::of(granted, arrival.at).action(ender.action()).detail(format!("enrollment {number}"));
    let granted = granted.clone();
    let ended = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if ender == Ender::Site && !case.is_within(tx, &granted)? {
            return Ok(Err(Refused.into()));
        }
        let by = By { actor: &by_whom, reason: &reason, at: arrival.at };
        if !case.act(tx, Event::Withdraw, by)? {
            return Ok(Err(NOT_NOW));
        }
        case.say(tx, ender == Ender::State, &reason, by)?;
        if closing::is_open(tx, &case)? {
            closing::close(tx, (&cx2, &keys), &case, arrival)?;
        } else {
            let letter = Letter::EnrollmentDecided { number, link: case.link(&cx2, &keys) };
            outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    ended.await?
}

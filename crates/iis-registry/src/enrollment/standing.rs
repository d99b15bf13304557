//! Beginning an enrollment, sending it in, and what its page says.

use super::papers::{Missing, OF_STRANGER, Paper, PaperKind, missing, papers_of, room};
use super::{Enrollment, Event, RENEWAL_DAYS, State, closing};
use crate::business_days::{Clock, Standing};
use crate::cases::again;
use crate::cases::said::{Move, Said, conversation, moves};
use crate::cases::{Again, By, Keys, NOT_NOW, Party};
use crate::mail::{Letter, Link, send_again};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{Date, EmailAddress, Timestamp};
use iis_store::stranger_file::{self, Sum};
use iis_store::{AuditEntry, Lane, StoreError, Tx, site};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// An enrollment with all that its page shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The enrollment.
    pub case: Enrollment,
    /// Its documents.
    pub papers: Vec<Paper>,
    /// What keeps it from being complete.
    pub missing: Vec<Missing>,
    /// What was said about it.
    pub conversation: Vec<Said>,
    /// What became of it.
    pub moves: Vec<Move>,
    /// How it stands against what was promised; none before it was received.
    pub standing: Option<Standing>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// How many were received before it and are not decided.
    pub before: usize,
    /// The site that it made, or is about.
    pub site: Option<Site>,
    /// Whether it made a site, and that is not closed.
    pub is_site_open: bool,
    /// How many scans came by its link.
    sent_by_link: Sum,
}

impl Opened {
    /// Whether it takes a further document, looked at before one is scanned or printed; the sentence why not.
    pub fn takes_paper(&self) -> Result<(), Failure> {
        room(&self.case, self.papers.len())
    }

    /// Why staff sent it back, while the site mends it.
    pub fn sent_back(&self) -> Option<&str> {
        let at = self.moves.iter().rposition(|made| State::of_word(&made.to) == Some(State::Incomplete))?;
        let before = self.moves.get(at.checked_sub(1)?)?;
        let is_by_staff = State::of_word(&before.to) == Some(State::UnderReview);
        (self.case.state == State::Incomplete && is_by_staff).then(|| &*self.moves[at].reason)
    }

    /// Why it is in the state in which it is, where whoever moved it there said so.
    pub fn why(&self) -> Option<&str> {
        let last = self.moves.last().filter(|made| State::of_word(&made.to) == Some(self.case.state))?;
        Some(last.reason.trim()).filter(|reason| !reason.is_empty())
    }

    /// The documents whose forms are shown: what is missing; of one that was sent back or denied all, since another one may be wanted.
    pub fn to_sign(&self) -> Vec<PaperKind> {
        if !self.case.takes_papers() {
            return Vec::new();
        }
        if self.case.state == State::Denied || self.sent_back().is_some() {
            return PaperKind::ALL.to_vec();
        }
        self.missing.iter().map(|missing| missing.kind()).collect()
    }

    /// Whether it takes a further scan; the sentence why not.
    pub fn takes_scan(&self) -> Result<(), Failure> {
        self.takes_paper()?;
        if self.case.site_id.is_none() { OF_STRANGER.takes(self.sent_by_link, 1) } else { Ok(()) }
    }
}

/// The most cases that are looked at in one queue.
pub(crate) const QUEUE: i64 = 1_000;

impl Enrollment {
    /// Whether documents can still be signed or uploaded.
    pub fn takes_papers(&self) -> bool {
        self.state == State::Submitted || self.can_be_sent_in()
    }

    /// Whether it can be sent in: for the first time, mended, or for a renewal, also one that was denied before. A site that
    /// was never enrolled and is denied enrolls anew.
    pub fn can_be_sent_in(&self) -> bool {
        match self.state {
            State::Draft | State::Incomplete | State::RenewalDue | State::Lapsed => true,
            State::Denied => self.site_id.is_some(),
            State::Submitted | State::UnderReview | State::Approved | State::Suspended | State::Withdrawn => {
                false
            }
        }
    }

    /// Whether it is the first agreement of a site that was set up without one, and not approved yet: that site works as it
    /// did, whatever becomes of this.
    pub fn is_first_of_known_site(&self) -> bool {
        let was_approved =
            matches!(self.state, State::Approved | State::RenewalDue | State::Suspended | State::Lapsed);
        self.site_id.is_some() && self.body.renew_on.is_none() && !was_approved
    }

    /// The first day on which the site is closed when nothing is renewed.
    pub fn ends_on(&self) -> Option<Date> {
        self.body.renew_on.and_then(|day| day.checked_add(RENEWAL_DAYS.days()).ok())
    }

    /// When its renewal began, if it is being renewed: of cases that fell due before this was kept, on the day of it.
    pub(super) fn renewing_since(&self, now: Timestamp) -> Option<Timestamp> {
        let fell_due = || {
            let day = self.body.renew_on.filter(|_| self.site_id.is_some())?;
            Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp()).filter(|since| *since <= now)
        };
        self.body.renewing_since.or_else(fell_due)
    }

    /// The words that together are this enrollment's alone: for its key.
    pub fn key_words(number: i64, email: &EmailAddress) -> [String; 3] {
        ["enrollment".to_owned(), number.to_string(), email.to_string()]
    }

    /// The letter with that link.
    pub(super) fn letter(cx: &Context, keys: &Keys, case: &Self) -> Letter {
        Letter::Enrollment { number: case.number, link: case.link(cx, keys) }
    }

    /// The link to its page.
    pub(crate) fn link(&self, cx: &Context, keys: &Keys) -> Link {
        let words = Self::key_words(self.number, &self.email);
        let key = keys.key(&words.each_ref().map(String::as_str));
        Link::to(cx, &["enroll", &self.number.to_string(), key.as_str()])
    }
}

/// The kind of the letter with the link to an enrollment.
pub(super) const LETTER: &str = "enrollment";

/// Sends the letter with the link of an enrollment again, if it is of this address. Nobody learns whether it is.
pub async fn letter_again(
    cx: &Context,
    number: i64,
    email: &EmailAddress,
    arrival: Arrival,
) -> Result<Again, Failure> {
    let kind = (LETTER, "send-enrollment-letter-again");
    again::letter_again(cx, (number, email), kind, Enrollment::letter, arrival).await
}

/// The same for the reviewer: to the address that the enrollment has.
pub async fn mail_letter_again(
    cx: &Context,
    granted: &Granted,
    number: i64,
    arrival: Arrival,
) -> Result<(), Failure> {
    const SENT_ALREADY: Failure = Failure::Rule(
        "Three messages with this link went out within this hour. Nothing was sent; try again in an hour.",
    );
    let (keys, cx2) = (Keys::of(cx, arrival).await?, cx.clone());
    let entry = AuditEntry::of(granted, arrival.at)
        .action("send-enrollment-letter-again")
        .detail(format!("enrollment {number}"));
    let sent = cx.store.write(Lane::Web, move |tx| {
        let Some(case) = Enrollment::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        let letter = Enrollment::letter(&cx2, &keys, &case);
        if !send_again(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)? {
            return Ok(Err(SENT_ALREADY));
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    sent.await?
}

/// A letter could not be written inside a transaction.
pub(crate) fn inside(failure: Failure) -> StoreError {
    match failure {
        Failure::Store(error) => error,
        _ => StoreError::internal("a letter that cannot be written"),
    }
}

/// The link of the letter was opened: the address is whose it says.
pub async fn confirm_address(cx: &Context, number: i64, arrival: Arrival) -> Result<(), Failure> {
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(()) };
        if case.body.confirmed_at.is_none() {
            case.body.confirmed_at = Some(arrival.at);
            case.save(tx)?;
        }
        Ok(())
    });
    Ok(confirmed.await?)
}

/// An enrollment with all that its page shows.
pub async fn opened(cx: &Context, number: i64, now: Timestamp) -> Result<Option<Opened>, Failure> {
    let (target, calendar) = (cx.settled.enrollment_target(), cx.settled.calendar(&cx.identity.zone));
    let read = cx.store.read(move |tx| {
        let Some(case) = Enrollment::load(tx, number)? else { return Ok(None) };
        let papers = papers_of(tx, case.id)?;
        let moves = moves(tx, case.id)?;
        let clock = case.received_at.map(|received| clock(received, &moves));
        let before = queue_of(tx)?.iter().take_while(|other| other.number != case.number).count();
        Ok(Some(Opened {
            missing: missing(&papers, case.renewing_since(now), case.body.outdated),
            conversation: conversation(tx, case.id)?,
            standing: clock.as_ref().map(|clock| clock.standing(&calendar, target, now)),
            due: clock.as_ref().map(|clock| clock.due(&calendar, target, now)),
            before,
            site: case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten().map(|row| row.site),
            is_site_open: closing::is_open(tx, &case)?,
            sent_by_link: stranger_file::of_case(tx, case.id)?,
            case,
            papers,
            moves,
        }))
    });
    Ok(read.await?)
}

/// The clock of an enrollment: it runs while staff review, and stands while documents are missing.
fn clock(received: Timestamp, moves: &[Move]) -> Clock {
    let mut clock = Clock::started(received);
    for made in moves.iter().filter(|made| made.at >= received) {
        match State::of_word(&made.to) {
            Some(State::Incomplete) => clock.pause(made.at),
            Some(State::Submitted | State::UnderReview) => clock.resume(made.at),
            _ => clock.stop(made.at),
        }
    }
    clock
}

/// The queue of those that staff review, in the order of receipt.
pub async fn queue(cx: &Context) -> Result<Vec<Enrollment>, Failure> {
    Ok(cx.store.read(queue_of).await?)
}

fn queue_of(tx: &mut Tx<'_>) -> Result<Vec<Enrollment>, StoreError> {
    let mut waiting = Enrollment::in_state(tx, State::UnderReview, QUEUE)?;
    waiting.extend(Enrollment::in_state(tx, State::Submitted, QUEUE)?);
    waiting.sort_by_key(|case| (case.received_at, case.number));
    Ok(waiting)
}

/// Sends an enrollment in, with its link; it goes on by itself to where its documents let it.
pub async fn submit(cx: &Context, number: i64, arrival: Arrival) -> Result<State, Failure> {
    submit_by(cx, Party::KeyHolder, number, arrival).await
}

/// Sends an enrollment in: with its link, or as whoever prepares the agreements of the site (S-54).
pub async fn submit_by(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    arrival: Arrival,
) -> Result<State, Failure> {
    let entry = party.entry("submit-enrollment", arrival).detail(format!("enrollment {number}"));
    let granted = party.granted().cloned();
    let submitted = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(None) };
        let is_theirs = match &granted {
            Some(granted) => case.is_within(tx, granted)?,
            None => case.body.confirmed_at.is_some(),
        };
        if !is_theirs || !case.can_be_sent_in() {
            return Ok(None);
        }
        let contact = case.body.contact.clone();
        let by = By { actor: &contact, reason: "", at: arrival.at };
        let event = match case.state {
            State::Incomplete => Event::Mend,
            State::Denied => Event::TryAgain,
            _ => Event::Submit,
        };
        if event != Event::Mend {
            case.received_at = Some(arrival.at);
        }
        if !case.act(tx, event, by)? {
            return Ok(None);
        }
        settle(tx, &mut case, by)?;
        tx.audit(&entry)?;
        Ok(Some(case.state))
    });
    submitted.await?.ok_or(NOT_NOW)
}

/// Moves an enrollment that was sent in to where its documents let it: to review when both are complete and signed, to
/// *not complete* when one is missing or was not accepted. A scan that nobody has looked at waits for staff.
pub(super) fn settle(tx: &mut Tx<'_>, case: &mut Enrollment, by: By<'_>) -> Result<(), StoreError> {
    if case.state != State::Submitted {
        return Ok(());
    }
    let missing = missing(&papers_of(tx, case.id)?, case.renewing_since(by.at), case.body.outdated);
    if missing.is_empty() {
        case.act(tx, Event::Complete, By { reason: "both documents are complete and signed", ..by })?;
    } else if missing.iter().any(|what| !matches!(what, Missing::NotVerified(_))) {
        case.act(tx, Event::FindIncomplete, By { reason: "a document is missing or not signed", ..by })?;
    }
    Ok(())
}

/// The site takes back an enrollment that has not made it a site yet. Whoever has nothing but the link of a letter does not
/// close a site that people work with.
pub async fn withdraw(cx: &Context, number: i64, arrival: Arrival) -> Result<(), Failure> {
    const IS_A_SITE: &str =
        "This site is enrolled. Its site administrator withdraws it, signed in, on the page Site enrollment.";
    let entry = arrival.by_nobody("withdraw-enrollment");
    let withdrawn = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if case.site_id.is_some() {
            return Ok(Err(Failure::Rule(IS_A_SITE)));
        }
        let contact = case.body.contact.clone();
        let by = By { actor: &contact, reason: "withdrawn by the site", at: arrival.at };
        if !case.act(tx, Event::Withdraw, by)? {
            return Ok(Err(NOT_NOW));
        }
        tx.audit(&entry.clone().detail(format!("enrollment {number}")))?;
        Ok(Ok(()))
    });
    withdrawn.await?
}

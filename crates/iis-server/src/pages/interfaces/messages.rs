//! `GET /interfaces/messages`: what came in, newest first, by sender, day, answer and finding.

use super::{Choice, all_senders, choices, frame};
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::reports::channel;
use crate::pages::visitor::{Answer, Visitor, percent_encoded, rendered};
use askama::Template;
use axum::extract::Query;
use iis_model::access::Permission;
use iis_model::{Date, MessageId, Timestamp};
use iis_registry::messages::{self, Listed, Wanted};
use jiff::Span;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Messages on one page.
const PAGE: u16 = 50;
/// Days that are looked at when none are named.
const USUAL_DAYS: i64 = 30;
/// Codes shown of one message.
const MOST_CODES: usize = 6;

/// What is asked for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    sender: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    ack: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    control_id: String,
    #[serde(default)]
    after: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "interfaces/messages.html")]
pub(crate) struct MessagesPage {
    pub(crate) frame: Frame,
    pub(crate) form: FilterForm,
    pub(crate) caption: String,
    pub(crate) rows: Vec<MessageRow>,
    /// The next page; empty: there is none.
    pub(crate) more_href: String,
    pub(crate) may_withdraw: bool,
    pub(crate) may_manage: bool,
}

/// The filter as the form shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterForm {
    pub(crate) senders: Vec<Choice>,
    pub(crate) acks: Vec<Choice>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) code: String,
    pub(crate) control_id: String,
    pub(crate) problems: Vec<Problem>,
}

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct MessageRow {
    pub(crate) href: String,
    pub(crate) received: String,
    pub(crate) sender: String,
    pub(crate) facility: String,
    pub(crate) what: String,
    pub(crate) channel: String,
    pub(crate) control_id: String,
    pub(crate) ack: String,
    pub(crate) codes: String,
}

/// `GET /interfaces/messages`
pub(crate) async fn list(visitor: Visitor, Query(filter): Query<Filter>) -> Answer {
    let granted = visitor.granted(Permission::ReadMessages)?;
    let senders = all_senders(&visitor).await?;
    let zone = visitor.app.registry.identity.zone.clone();
    let (days, problems) = days(&filter, visitor.arrival.today);
    let sender_id = senders.iter().find(|sender| *sender.name == *filter.sender).map(|sender| sender.id);
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
    let wanted = Wanted {
        sender_id,
        ack: text(&filter.ack),
        code: text(&filter.code.to_uppercase()),
        control_id: text(&filter.control_id),
        from: midnight(days.0, &zone),
        before: midnight(days.1.tomorrow().unwrap_or(days.1), &zone),
        after: place(&filter.after),
        limit: PAGE,
    };
    let listed = messages::list(&visitor.app.registry, granted, wanted, visitor.arrival).await;
    let listed = listed.map_err(|failure| visitor.failed(&failure))?;
    let is_full = listed.len() == usize::from(PAGE);
    let more_href = match listed.last().filter(|_| is_full) {
        Some(last) => next(&filter, last),
        None => String::new(),
    };
    let form = FilterForm {
        senders: choices(&senders, &filter.sender),
        acks: acks(&filter.ack),
        from: days.0.to_string(),
        to: days.1.to_string(),
        code: filter.code.trim().to_owned(),
        control_id: filter.control_id.trim().to_owned(),
        problems,
    };
    let count = format::counted(i64::try_from(listed.len()).unwrap_or(i64::MAX), "message");
    let shown =
        if is_full || !filter.after.is_empty() { "on this page, newest first" } else { "newest first" };
    Ok(rendered(&MessagesPage {
        frame: frame(&visitor, "Messages"),
        form,
        caption: format!("{}, {shown}", format::sentence_case(&count)),
        rows: listed.iter().map(|message| row(message, &zone)).collect(),
        more_href,
        may_withdraw: visitor.may(Permission::WithdrawReports),
        may_manage: visitor.may(Permission::ManageSenders),
    }))
}

/// The days asked for, both included; what cannot be read is told, and the usual days stand in.
fn days(filter: &Filter, today: Date) -> ((Date, Date), Vec<Problem>) {
    let mut problems = Vec::new();
    let mut day = |field: &'static str, text: &str, usual: Date| match text.trim() {
        "" => usual,
        typed => typed.parse().unwrap_or_else(|_| {
            problems.push(Problem::of(field, "Enter a day as YYYY-MM-DD."));
            usual
        }),
    };
    let to = day("to", &filter.to, today);
    let usual = to.saturating_sub(Span::new().days(USUAL_DAYS));
    let from = day("from", &filter.from, usual);
    if from > to {
        problems.push(Problem::of("from", "The first day must not be after the last."));
    }
    ((from, to), problems)
}

pub(super) fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

pub(super) fn acks(chosen: &str) -> Vec<Choice> {
    let all = [("AA", "AA: accepted"), ("AE", "AE: with errors or warnings"), ("AR", "AR: rejected")];
    all.into_iter().map(|(value, label)| Choice::of(value, label, chosen)).collect()
}

/// A place in the list as addresses write it: microseconds and id.
fn place(text: &str) -> Option<(Timestamp, MessageId)> {
    let (at, id) = text.split_once('_')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, MessageId(id.parse().ok()?)))
}

fn next(filter: &Filter, last: &Listed) -> String {
    let fields = [
        ("sender", &filter.sender),
        ("from", &filter.from),
        ("to", &filter.to),
        ("ack", &filter.ack),
        ("code", &filter.code),
        ("control_id", &filter.control_id),
    ];
    let valued = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let mut parts: Vec<String> =
        valued.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    parts.push(format!("after={}_{}", last.envelope.received_at.as_microsecond(), last.envelope.id.0));
    format!("/interfaces/messages?{}", parts.join("&"))
}

fn row(listed: &Listed, zone: &TimeZone) -> MessageRow {
    let message = &listed.envelope;
    let mut codes: Vec<&str> = listed.findings.iter().map(|finding| &*finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let more = codes.len().saturating_sub(MOST_CODES);
    codes.truncate(MOST_CODES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    MessageRow {
        href: format!("/interfaces/messages/{}", message.id.0),
        received: format::moment(message.received_at, zone),
        sender: message.sender.to_string(),
        facility: message.facility.to_string(),
        what: what(&message.kind).to_owned(),
        channel: channel(&message.channel).to_owned(),
        control_id: if message.control_id.is_empty() {
            "none".to_owned()
        } else {
            message.control_id.to_string()
        },
        ack: message.ack.to_string(),
        codes: format!("{}{more}", codes.join(", ")),
    }
}

/// What a message wants, in words.
pub(super) fn what(kind: &str) -> &str {
    match kind {
        "VXU" => "report (VXU)",
        "QBP" => "query (QBP)",
        "" => "not recognized",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, days, place};
    use jiff::civil::date;

    #[test]
    fn days_that_cannot_be_read_are_told_and_the_usual_ones_stand_in() {
        let today = date(2026, 3, 31);
        #[rustfmt::skip]
        let table = [
            // from          to            first               last                problems
            ("",            "",           date(2026, 3, 1),   today,              0),
            ("2026-03-05",  "2026-03-06", date(2026, 3, 5),   date(2026, 3, 6),   0),
            ("",            "2026-03-06", date(2026, 2, 4),   date(2026, 3, 6),   0),
            ("soon",        "",           date(2026, 3, 1),   today,              1),
            ("2026-03-07",  "2026-03-06", date(2026, 3, 7),   date(2026, 3, 6),   1),
        ];
        for (from, to, first, last, problems) in table {
            let filter = Filter { from: from.to_owned(), to: to.to_owned(), ..Filter::default() };
            let (found, told) = days(&filter, today);
            assert_eq!((found, told.len()), ((first, last), problems), "{from} {to}");
        }
    }

    #[test]
    fn a_place_in_the_list_is_read_or_none() {
        assert!(place("1772445600000000_17").is_some());
        for text in ["", "17", "x_17", "17_", "_"] {
            assert!(place(text).is_none(), "{text}");
        }
    }
}

//! What the registry writes to people. There is no letter with patient data: a letter is made of the types below, and none
//! of them can be made from anything that is known about a patient.

use super::{OnRecord, WayIn};
use crate::{Context, Failure};
use iis_model::{Date, EmailAddress, Timestamp};
use iis_store::outbox::NewMail;
use std::borrow::Cow;
use std::fmt::Write;

/// A letter.
#[derive(Debug, Clone)]
pub enum Letter {
    /// Whether mail arrives at all.
    Test {
        /// Where its state is shown.
        page: Link,
    },
    /// The link to one's training record.
    TrainingRecord {
        /// The link.
        link: Link,
    },
    /// The link to an enrollment that was begun.
    Enrollment {
        /// Its number.
        number: i64,
        /// The link.
        link: Link,
    },
    /// Something was decided about an enrollment.
    EnrollmentDecided {
        /// Its number.
        number: i64,
        /// The link to its page.
        link: Link,
    },
    /// A site is closed: its people only read, and until when.
    SiteClosed {
        /// The site.
        site: Box<str>,
        /// The day on which they are locked out.
        until: Date,
        /// The link to the enrollment's page.
        link: Link,
    },
    /// The link to a request that was begun.
    Request {
        /// Its number.
        number: i64,
        /// The link.
        link: Link,
    },
    /// There is something new about a request.
    RequestNews {
        /// Its number.
        number: i64,
        /// The link to its page.
        link: Link,
    },
    /// A site administrator is asked for an answer.
    Approval {
        /// The number of the request.
        number: i64,
        /// Where the applicant works.
        site: Box<str>,
        /// The link to the page that decides.
        link: Link,
    },
    /// An account is there, or is to get another password: its user name.
    UserName {
        /// The user name.
        name: Box<str>,
        /// Whether its owner never had a password.
        is_new: bool,
    },
    /// An account is there: the link that sets its password.
    SetPassword {
        /// The link.
        link: Link,
        /// How long it works.
        hours: u32,
    },
    /// A role was added to an account.
    RoleAdded {
        /// The number of the request.
        number: i64,
    },
    /// Somebody who has an account is the site administrator of a site that was enrolled.
    AdministratorNamed {
        /// The site.
        site: Box<str>,
    },
    /// Somebody is to be the site administrator of a site that was enrolled, and takes the training first.
    AdministratorTraining {
        /// The site.
        site: Box<str>,
        /// Where the training is taken.
        link: Link,
    },
    /// The Help Desk approved a first site administrator of the recipient's organization.
    FirstAdministrator {
        /// Who it is.
        name: Box<str>,
        /// The site that was named.
        site: Box<str>,
        /// Whether the account is made; otherwise it will be, unless somebody objects.
        is_approved: bool,
        /// Where to say that it is wrong.
        link: Link,
    },
    /// A further site of the recipient's organization was enrolled.
    SiteJoined {
        /// The site.
        site: Box<str>,
        /// Where to say that it is none of the organization's.
        link: Link,
    },
    /// It is asked which users of the recipient's organization are still there.
    ConfirmUsers {
        /// About how many.
        users: usize,
        /// Where the answer is given.
        link: Link,
    },
    /// Access has ended.
    AccessEnded {
        /// Where to ask for it again.
        link: Link,
    },
    /// The recipient's organization is asked whether they are still there.
    AskedAbout {
        /// The last day on which it can answer.
        until: Date,
        /// Where to turn with a question.
        link: Link,
    },
    /// Nobody of the recipient's organization said in time that they are still there.
    NotConfirmed {
        /// Whether the account is closed; otherwise roles ended and others stay.
        is_closed: bool,
        /// Where to turn.
        link: Link,
    },
    /// A request was approved, and what opens the account went to another address under which the registry knows the person.
    KnownElsewhere {
        /// Its number.
        number: i64,
        /// Where to say that it is somebody else.
        link: Link,
    },
    /// The Help Desk approved a request that only the recipient could have decided, who seems to ask for it.
    ApprovedByDesk {
        /// Its number.
        number: i64,
        /// Who asked.
        name: Box<str>,
        /// For which site.
        site: Box<str>,
        /// Where the users of the organization are.
        link: Link,
    },
    /// An enrollment joins an organization that is known, and names the recipient its site administrator.
    AskToAdminister {
        /// The site.
        site: Box<str>,
        /// Where to ask for the role.
        link: Link,
    },
    /// There is something new in a ticket.
    TicketNews {
        /// Its number.
        number: i64,
        /// The link to its page.
        link: Link,
    },
    /// Somebody of the organization opened a withheld record in an emergency.
    EmergencyOpening {
        /// The user name of who opened it.
        user: Box<str>,
        /// Where to turn with a question.
        link: Link,
    },
    /// Sign-ins failed so often that the account is locked.
    LockedOut {
        /// When it was locked.
        at: Box<str>,
        /// From which address the last try came.
        from: Box<str>,
        /// When the lock ends by itself.
        until: Box<str>,
        /// The way back.
        link: Link,
    },
    /// Something changed by which the recipient's account is opened.
    WayInChanged {
        /// What.
        change: WayIn,
        /// When.
        at: Box<str>,
        /// Where its owner sees what opens it.
        account: Link,
        /// Where to say that it was somebody else.
        help: Link,
        /// Whether further letters of this kind are left out for a while.
        is_last: bool,
    },
    /// A code to type while signing in.
    SignInCode {
        /// The code.
        code: Code,
        /// How long it works.
        minutes: i64,
    },
    /// What is on record of the recipient changes.
    OnRecord {
        /// What.
        news: OnRecord,
        /// Where to say that it was somebody else.
        help: Link,
    },
}

/// What the last letter of a kind says when many followed one another.
const LAST_FOR_NOW: &str = " This happened many times within an hour: the next such changes get no message of their own. Look \
                            at your account now.";

/// Digits to type; a secret until they are used.
#[derive(Clone)]
pub struct Code(Box<str>);

/// An address of this registry; a secret when it opens something.
#[derive(Clone)]
pub struct Link(Box<str>);

impl Code {
    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A code, unless it is something else than 4 to 12 digits.
    pub fn new(digits: &str) -> Option<Self> {
        let fits = (4..=12).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| Self(digits.into()))
    }
}

impl Link {
    /// The address.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The page at this path: segments of letters, digits and dashes.
    pub fn to(cx: &Context, segments: &[&str]) -> Self {
        let mut address = cx.identity.address.to_string();
        for segment in segments {
            let plain = segment.bytes().filter(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
            address.push('/');
            address.extend(plain.map(char::from));
        }
        Self(address.into())
    }
}

macro_rules! secret_when_debugged {
    ($($of:ident)*) => {$(
        impl std::fmt::Debug for $of {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($of), "(…)"))
            }
        }
    )*};
}
secret_when_debugged! { Code Link }

/// What a letter says.
struct Text {
    kind: &'static str,
    subject: String,
    lines: Vec<String>,
    holds_secret: bool,
}

impl Letter {
    fn text(&self, registry: &str) -> Text {
        let text = |kind, subject: &str, lines: &[&str], holds_secret| Text {
            kind,
            subject: subject.to_owned(),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            holds_secret,
        };
        match self {
            Self::Test { page } => text(
                "test",
                "Test of mail",
                &["Mail from this registry arrives. What was sent is listed at:", &page.0],
                false,
            ),
            Self::TrainingRecord { link } => text(
                "training-record",
                "Your training record",
                &[
                    "Your training record opens here:",
                    &link.0,
                    "It is not your registry account: training, enrollment and registry have each their own way in.",
                ],
                true,
            ),
            Self::Enrollment { number, link } => text(
                "enrollment",
                &format!("Enrollment {number}: confirm your address"),
                &[
                    &format!(
                        "Somebody began the enrollment of a site, number {number}, and gave this address."
                    ),
                    "Open its page to confirm the address, to sign both documents, and to send it in:",
                    &link.0,
                    "If it was not you, do nothing.",
                ],
                true,
            ),
            Self::EnrollmentDecided { number, link } => text(
                "enrollment-decided",
                &format!("Enrollment {number}: news"),
                &[&format!("There is something new about enrollment {number}:"), &link.0],
                true,
            ),
            Self::SiteClosed { site, until, link } => text(
                "site-closed",
                "The enrollment of your site",
                &[
                    &format!(
                        "The enrollment of {site} has lapsed, ended or was suspended. Its people can read until {}, and are then \
                         locked out of this site until it is enrolled again.",
                        until.strftime("%m/%d/%Y")
                    ),
                    "What to do stands on the enrollment's page:",
                    &link.0,
                ],
                true,
            ),
            Self::Request { number, link } => text(
                "request",
                &format!("Request {number}: confirm your address"),
                &[
                    &format!("Somebody asked for an account, request {number}, and gave this address."),
                    "Open its page to confirm the address, to see what is still needed, and to send it in:",
                    &link.0,
                    "If it was not you, do nothing.",
                ],
                true,
            ),
            Self::RequestNews { number, link } => text(
                "request-news",
                &format!("Request {number}: news"),
                &[&format!("There is something new about request {number}:"), &link.0],
                true,
            ),
            Self::Approval { number, site, link } => text(
                "approval",
                &format!("Request {number} waits for your approval"),
                &[
                    &format!("Somebody asks for an account at {site}. You are the site administrator there."),
                    "Open the request, sign in, and approve or deny it:",
                    &link.0,
                    "Nothing happens before you answer.",
                ],
                true,
            ),
            Self::UserName { name, is_new } => text(
                "user-name",
                "Your user name",
                &[
                    if *is_new {
                        "Your account is approved and ready. Your user name:"
                    } else {
                        "The Help Desk was asked for another password of your account. Your user name:"
                    },
                    name,
                    "The link that sets your password comes in another message.",
                ],
                false,
            ),
            Self::SetPassword { link, hours } => text(
                "set-password",
                "Set your password",
                &[
                    "Choose your password here:",
                    &link.0,
                    &format!(
                        "The link works once, for {hours} hours. Your user name comes in another message."
                    ),
                ],
                true,
            ),
            Self::RoleAdded { number } => text(
                "role-added",
                "A role was added to your account",
                &[&format!("Request {number} was approved. Sign in as always: the role is there.")],
                false,
            ),
            Self::AdministratorNamed { site } => text(
                "administrator-named",
                "You are a site administrator",
                &[&format!(
                    "{site} is enrolled and names you as its site administrator. Sign in as always: the role is there."
                )],
                false,
            ),
            Self::AdministratorTraining { site, link } => text(
                "administrator-training",
                "You are to be a site administrator: training first",
                &[
                    &format!(
                        "{site} is enrolled and names you as its site administrator. Before you get an account, or the role, you \
                         complete the required training with this address; the General User Course belongs to it:"
                    ),
                    &link.0,
                    "Afterwards your user name and the link that sets your password come by themselves, within minutes.",
                ],
                false,
            ),
            Self::FirstAdministrator { name, site, is_approved, link } => {
                let what = if *is_approved {
                    format!(
                        "The Help Desk approved {name} as the site administrator of the organization of {site}, which had none who \
                         could sign in."
                    )
                } else {
                    format!(
                        "{name} asks to be the site administrator of the organization of {site}, which has none who can sign in, \
                         and the Help Desk was told that the organization wants it."
                    )
                };
                let subject = if *is_approved {
                    "Your organization has a site administrator"
                } else {
                    "Somebody asks to be your organization’s site administrator"
                };
                let does = "A site administrator approves and ends the accounts of the organization.";
                let wrong = "If that is wrong, tell the Help Desk at once:";
                text("first-administrator", subject, &[&what, does, wrong, &link.0], false)
            }
            Self::SiteJoined { site, link } => text(
                "site-joined",
                "A further site of your organization",
                &[
                    &format!(
                        "{site} was enrolled as a further site of the organization whose site administrator you are. You \
                         approve its accounts from now on."
                    ),
                    "If it is none of your organization’s, tell the Help Desk at once:",
                    &link.0,
                ],
                false,
            ),
            Self::ConfirmUsers { users, link } => text(
                "confirm-users",
                "Who is still there?",
                &[
                    &format!(
                        "Twice a year you say who of your organization still needs the registry. Waiting for your answer: \
                         {users}. Whoever is not confirmed in time can no longer sign in."
                    ),
                    &link.0,
                ],
                false,
            ),
            Self::AccessEnded { link } => text(
                "access-ended",
                "Your access has ended",
                &[
                    "Your organization said that you no longer need your access there, or some of it. What you have elsewhere \
                     stays. If you still need it, speak with your site administrator, or ask again:",
                    &link.0,
                ],
                false,
            ),
            Self::AskedAbout { until, link } => text(
                "asked-about",
                "Your organization is asked about your access",
                &[
                    &format!(
                        "Twice a year an organization says who of its people still needs the registry. Yours is asked about you, \
                         and can answer until {}. You need do nothing. If you hear nothing from your site administrator by then, \
                         remind them: whoever is not confirmed loses the access there.",
                        until.strftime("%m/%d/%Y")
                    ),
                    "Who your site administrator is, the Help Desk knows:",
                    &link.0,
                ],
                false,
            ),
            Self::KnownElsewhere { number, link } => text(
                "known-elsewhere",
                &format!("Request {number} was approved"),
                &[
                    "The registry knows a person of your name and license under another e-mail address, so what opens the account \
                     went there. If that address is not yours, tell the Help Desk at once:",
                    &link.0,
                ],
                false,
            ),
            Self::ApprovedByDesk { number, name, site, link } => text(
                "approved-by-desk",
                &format!("The Help Desk approved request {number}"),
                &[
                    &format!(
                        "{name} asked for access at {site}. You are the only site administrator, and this seems to be your own \
                         request, so the Help Desk decided it. If it is not yours, end this user and tell the Help Desk:"
                    ),
                    &link.0,
                ],
                false,
            ),
            Self::AskToAdminister { site, link } => text(
                "ask-to-administer",
                &format!("{site} is enrolled: ask for Site Administrator"),
                &[
                    &format!(
                        "The enrollment of {site} names you its site administrator. Its organization was known before, and the \
                         registry gives nobody its users for a name on a form. Ask for the role; the Help Desk asks the \
                         organization and approves:"
                    ),
                    &link.0,
                ],
                false,
            ),
            Self::NotConfirmed { is_closed, link } => {
                let what = if *is_closed {
                    "Nobody of your organization said in time that you still need the registry, so your account is closed. Your \
                     roles are kept. If you still need them, the Help Desk opens the account again:"
                } else {
                    "Nobody of your organization said in time that you still need your access there, so it has ended. What you \
                     have elsewhere stays. If you still need it, sign in and open a ticket, Add a role:"
                };
                text("not-confirmed", "Your access has ended", &[what, &link.0], false)
            }
            Self::TicketNews { number, link } => text(
                "ticket-news",
                &format!("Ticket {number}: news"),
                &[&format!("There is something new in ticket {number}:"), &link.0],
                true,
            ),
            Self::EmergencyOpening { user, link } => text(
                "emergency-opening",
                "A record was opened in an emergency",
                &[
                    &format!(
                        "{user}, whose accounts you administer, opened a record that is otherwise withheld, and gave an \
                         emergency as the reason."
                    ),
                    "The privacy officer reviews it. If you know of no emergency, say so:",
                    &link.0,
                ],
                false,
            ),
            Self::LockedOut { at, from, until, link } => text(
                "locked-out",
                "Your account is locked for a while",
                &[
                    &format!(
                        "Signing in to your account failed several times. It was locked at {at}, after a try from {from}."
                    ),
                    &format!(
                        "It opens again by itself at {until}. If that was you, or if you need it now, sign in here:"
                    ),
                    &link.0,
                    "The link works once, for 24 hours, and asks for your password and your second factor as always.",
                    "If it was not you, somebody guesses your password. Whoever guesses cannot keep you out: use the link.",
                ],
                true,
            ),
            Self::WayInChanged { change, at, account, help, is_last } => text(
                "way-in-changed",
                change.happened(),
                &[
                    &format!("{} at {at}.{}", change.happened(), if *is_last { LAST_FOR_NOW } else { "" }),
                    &change.means(),
                    "If that was you, or was asked for by you, there is nothing to do. What opens your account:",
                    &account.0,
                    "If it was not you, somebody else may be in: change your password, end the other sessions, and tell the \
                     Help Desk at once. You need not sign in for that:",
                    &help.0,
                ],
                false,
            ),
            Self::SignInCode { code, minutes } => text(
                "sign-in-code",
                "Your sign-in code",
                &[
                    &format!("Your code for {registry}:"),
                    &code.0,
                    &format!("It works once, for {minutes} minutes."),
                    "If you are not signing in or setting up a second factor right now, somebody else knows your password: \
                     change it. Nobody of the registry asks you for this code.",
                ],
                true,
            ),
            Self::OnRecord { news, help } => Text {
                kind: news.kind(),
                subject: news.subject().to_owned(),
                lines: news.lines(&help.0).into_iter().map(Cow::into_owned).collect(),
                holds_secret: news.holds_secret(),
            },
        }
    }

    /// The letter as a row of the outbox, to be added by [`iis_store::outbox::insert`] in the transaction that is its
    /// reason.
    pub fn to(&self, cx: &Context, recipient: &EmailAddress, at: Timestamp) -> Result<NewMail, Failure> {
        let registry = one_line(&cx.identity.name);
        let Text { kind, subject, lines, holds_secret } = self.text(&registry);
        let mut body = String::new();
        for line in &lines {
            write!(body, "{}\n\n", one_line(line)).expect("a string takes text");
        }
        write!(body, "-- \n{registry}\n{}\nNobody reads answers to this address.\n", cx.identity.address)
            .expect("a string takes text");
        Ok(NewMail {
            id: cx.store.ids().take()?,
            kind,
            recipient: recipient.as_str().into(),
            subject: format!("{registry}: {}", one_line(&subject)).into(),
            body: body.into(),
            holds_secret,
            created_at: at,
        })
    }
}

/// The text without what could end a line or turn it around.
fn one_line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Code, one_line};

    #[test]
    fn no_text_ends_its_line_or_turns_around() {
        assert_eq!(one_line("a\r\nBcc: b@c.example"), "a  Bcc: b@c.example");
        assert_eq!(one_line("a\u{202e}b\u{2028}c\0"), "a b c ");
    }

    #[test]
    fn a_code_is_digits() {
        assert!(Code::new("482913").is_some());
        for bad in ["", "123", "12a4", "1234567890123", "12 34", "１２３４"] {
            assert!(Code::new(bad).is_none(), "{bad}");
        }
        assert_eq!(format!("{:?}", Code::new("482913")), "Some(Code(…))", "no code in a log");
    }
}

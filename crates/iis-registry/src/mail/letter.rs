//! What the registry writes to people. There is no letter with patient data: a letter is made of the types below, and none
//! of them can be made from anything that is known about a patient.

use super::texts::Text;
use super::{OnRecord, WayIn};
use crate::{Context, Failure};
use iis_model::{Date, EmailAddress, Timestamp};
use iis_store::outbox::NewMail;
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
        /// The day on which they are locked out; none: they are already.
        until: Option<Date>,
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
    /// Access was approved for an account without a password, and its first link is held back.
    FirstLinkHeld {
        /// Where to ask for it.
        help: Link,
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
    /// The Help Desk decides for the recipient's organization: about a first site administrator, or about the only one whose address was
    /// moved lately.
    FirstAdministrator {
        /// Who it is.
        name: Box<str>,
        /// The site that was named.
        site: Box<str>,
        /// What the role lets its holder do, where it is not that of the site administrator.
        role: Option<Box<str>>,
        /// Whether the account is made; otherwise it will be, unless somebody objects.
        is_approved: bool,
        /// Where to say that it is wrong.
        link: Link,
    },
    /// The renewal of a site's enrollment is due.
    RenewalDue {
        /// The site.
        site: Box<str>,
        /// The first day on which it is closed when nothing comes.
        ends_on: Date,
        /// Where it is signed again.
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
    /// To the owner of an account: the Help Desk found that whoever asks for access with the same name and license is somebody else.
    SameNameAndLicense {
        /// Where the other one would work.
        site: Box<str>,
        /// Where to say that it is the owner, or that it is wrong.
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
        /// From which address the last try came; none: the Help Desk sends it again.
        from: Option<Box<str>>,
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

impl Letter {
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

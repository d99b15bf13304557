//! What each letter says: one table.

use super::Letter;
use std::borrow::Cow;

/// What the last letter of a kind says when many followed one another.
const LAST_FOR_NOW: &str = " This happened many times within an hour: the next such changes get no message of their own. Look \
                            at your account now.";

/// What a letter says.
pub(super) struct Text {
    pub(super) kind: &'static str,
    pub(super) subject: String,
    pub(super) lines: Vec<String>,
    pub(super) holds_secret: bool,
}

impl Letter {
    /// What it says, in the name of the registry.
    pub(super) fn text(&self, registry: &str) -> Text {
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
                &["Mail from this registry arrives. What was sent is listed at:", page.as_str()],
                false,
            ),
            Self::TrainingRecord { link } => text(
                "training-record",
                "Your training record",
                &[
                    "Your training record opens here:",
                    link.as_str(),
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
                    link.as_str(),
                    "If it was not you, do nothing.",
                ],
                true,
            ),
            Self::EnrollmentDecided { number, link } => text(
                "enrollment-decided",
                &format!("Enrollment {number}: news"),
                &[&format!("There is something new about enrollment {number}:"), link.as_str()],
                true,
            ),
            Self::RenewalDue { site, ends_on, link } => text(
                "renewal-due",
                "The enrollment of your site is to be renewed",
                &[
                    &format!(
                        "The year of the enrollment of {site} is almost over. Sign its documents again and send them in before {}: on that \
                         day the site is closed otherwise.",
                        ends_on.strftime("%m/%d/%Y")
                    ),
                    "Whoever answers for the site signs; at a site of a vaccine program a coordinator prepares them, and the signing \
                     physician signs:",
                    link.as_str(),
                ],
                true,
            ),
            Self::SiteClosed { site, until, link } => text(
                "site-closed",
                "The enrollment of your site",
                &[
                    &until.map_or_else(
                        || {
                            format!(
                                "The enrollment of {site} was suspended. Its people are locked out of this site from now on, until the \
                                 suspension is lifted."
                            )
                        },
                        |until| {
                            format!(
                                "The enrollment of {site} has lapsed, ended or was suspended. Its people can read until {}, and are then \
                                 locked out of this site until it is enrolled again.",
                                until.strftime("%m/%d/%Y")
                            )
                        },
                    ),
                    "What to do stands on the enrollment's page:",
                    link.as_str(),
                ],
                true,
            ),
            Self::Request { number, link } => text(
                "request",
                &format!("Request {number}: confirm your address"),
                &[
                    &format!("Somebody asked for an account, request {number}, and gave this address."),
                    "Open its page to confirm the address, to see what is still needed, and to send it in:",
                    link.as_str(),
                    "If it was not you, do nothing.",
                ],
                true,
            ),
            Self::RequestNews { number, link } => text(
                "request-news",
                &format!("Request {number}: news"),
                &[&format!("There is something new about request {number}:"), link.as_str()],
                true,
            ),
            Self::Approval { number, site, link } => text(
                "approval",
                &format!("Request {number} waits for your approval"),
                &[
                    &format!("Somebody asks for an account at {site}. You are the site administrator there."),
                    "Open the request, sign in, and approve or deny it:",
                    link.as_str(),
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
                    link.as_str(),
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
            Self::FirstLinkHeld { help } => text(
                "first-link-held",
                "Your access is approved: the Help Desk sends your link",
                &[
                    "Your access is approved, and your account has no password yet. The link that sets it was not mailed, since the Help \
                     Desk changed your e-mail address within the last three days. Ask for the link:",
                    help.as_str(),
                ],
                true,
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
                    link.as_str(),
                    "Do that within 60 days: then your user name and the link that sets your password come by themselves, within minutes.",
                ],
                false,
            ),
            Self::FirstAdministrator { name, site, role: Some(role), is_approved, link } => {
                let what = if *is_approved {
                    "The Help Desk approved"
                } else {
                    "The Help Desk was told that the organization wants"
                };
                let who = format!(
                    "{what} access of the type {role} at {site} for {name}, its site administrator, whose e-mail address was changed \
                     lately."
                );
                let subject = if *is_approved {
                    "Access was approved at your organization"
                } else {
                    "Somebody asks for access at your organization"
                };
                let wrong = "If that is wrong, tell the Help Desk at once:";
                text("first-administrator", subject, &[&who, wrong, link.as_str()], false)
            }
            Self::FirstAdministrator { name, site, role: None, is_approved, link } => {
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
                text("first-administrator", subject, &[&what, does, wrong, link.as_str()], false)
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
                    link.as_str(),
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
                    link.as_str(),
                ],
                false,
            ),
            Self::AccessEnded { link } => text(
                "access-ended",
                "Your access has ended",
                &[
                    "Your organization said that you no longer need your access there, or some of it. What you have elsewhere \
                     stays. If you still need it, speak with your site administrator, or ask again:",
                    link.as_str(),
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
                    link.as_str(),
                ],
                false,
            ),
            Self::SameNameAndLicense { site, link } => text(
                "same-name-and-license",
                "Somebody of your name and license asks for access",
                &[
                    &format!(
                        "Somebody with your name and your license asks for access at {site}, from another e-mail address. The Help Desk was \
                         told that this is another person, and the request goes on."
                    ),
                    "If it is you, or your license is used by somebody else, tell the Help Desk at once:",
                    link.as_str(),
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
                    link.as_str(),
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
                    link.as_str(),
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
                text("not-confirmed", "Your access has ended", &[what, link.as_str()], false)
            }
            Self::TicketNews { number, link } => text(
                "ticket-news",
                &format!("Ticket {number}: news"),
                &[&format!("There is something new in ticket {number}:"), link.as_str()],
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
                    link.as_str(),
                ],
                false,
            ),
            Self::LockedOut { at, from, until, link } => text(
                "locked-out",
                "Your account is locked for a while",
                &[
                    &match from {
                        Some(from) => format!(
                            "Signing in to your account failed several times. It was locked at {at}, after a try from {from}."
                        ),
                        None => format!(
                            "Signing in to your account failed several times, and it was locked at {at}. The Help Desk sends this \
                             message again because somebody asked it to."
                        ),
                    },
                    &format!(
                        "It opens again by itself at {until}. If that was you, or if you need it now, sign in here:"
                    ),
                    link.as_str(),
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
                    account.as_str(),
                    "If it was not you, somebody else may be in: change your password, end the other sessions, and tell the \
                     Help Desk at once. You need not sign in for that:",
                    help.as_str(),
                ],
                false,
            ),
            Self::SignInCode { code, minutes } => text(
                "sign-in-code",
                "Your sign-in code",
                &[
                    &format!("Your code for {registry}:"),
                    code.as_str(),
                    &format!("It works once, for {minutes} minutes."),
                    "If you are not signing in or setting up a second factor right now, somebody else knows your password: \
                     change it. Nobody of the registry asks you for this code.",
                ],
                true,
            ),
            Self::OnRecord { news, help } => Text {
                kind: news.kind(),
                subject: news.subject().to_owned(),
                lines: news.lines(help.as_str()).into_iter().map(Cow::into_owned).collect(),
                holds_secret: news.holds_secret(),
            },
        }
    }
}

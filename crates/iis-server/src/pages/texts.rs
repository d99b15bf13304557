//! Pages of plain text: shortcuts, preferences, accessibility, privacy, help.

use super::cookies::Cookie;
use super::errors::NoPage;
use super::filled::Filled;
use super::frame::{Frame, Notice};
use super::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use serde::Deserialize;

/// `GET /keyboard`
#[derive(Debug, Template)]
#[template(path = "keyboard.html")]
pub(crate) struct KeyboardPage {
    pub(crate) frame: Frame,
    pub(crate) keys: &'static [KeyRow],
}

/// A shortcut.
#[derive(Debug)]
pub(crate) struct KeyRow {
    pub(crate) keys: &'static [&'static str],
    pub(crate) action: &'static str,
}

#[rustfmt::skip]
pub(crate) const KEYS: &[KeyRow] = &[
    KeyRow { keys: &["/"],      action: "Go to the patient search" },
    KeyRow { keys: &["g", "t"], action: "Go to Today" },
    KeyRow { keys: &["g", "p"], action: "Go to Patients" },
    KeyRow { keys: &["g", "d"], action: "Go to possible duplicates, if you review them" },
    KeyRow { keys: &["j"],      action: "Next row" },
    KeyRow { keys: &["k"],      action: "Row before" },
    KeyRow { keys: &["Enter"],  action: "Open the row" },
    KeyRow { keys: &["1"],      action: "Open the first search result; 2 to 9 the others" },
    KeyRow { keys: &["1"],      action: "Possible duplicate: to the answer Same person; 2 to 4 the others, then Enter" },
    KeyRow { keys: &["n"],      action: "Possible duplicates: the next question" },
    KeyRow { keys: &["w"],      action: "Why: open or close the reason of a vaccine that is needed" },
    KeyRow { keys: &["a"],      action: "On a record: record doses of this visit, if you give vaccines" },
    KeyRow { keys: &["h"],      action: "On a record: add history from a card, if you record doses" },
    KeyRow { keys: &["e"],      action: "On a record: change demographics, if you may" },
    KeyRow { keys: &["p"],      action: "On a record: print the official record, if you may; elsewhere print the page" },
    KeyRow { keys: &["Ctrl", "Enter"], action: "While you type in a form: save it" },
    KeyRow { keys: &["Esc"],    action: "Close the help or the menu" },
    KeyRow { keys: &["?"],      action: "This list" },
];

/// `GET /preferences`
#[derive(Debug, Template)]
#[template(path = "preferences.html")]
pub(crate) struct PreferencesPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
}

/// `GET /accessibility`
#[derive(Debug, Template)]
#[template(path = "accessibility.html")]
pub(crate) struct AccessibilityPage {
    pub(crate) frame: Frame,
}

/// `GET /privacy`
#[derive(Debug, Template)]
#[template(path = "privacy.html")]
pub(crate) struct PrivacyPage {
    pub(crate) frame: Frame,
}

/// `GET /help/pages/{topic}`
#[derive(Debug, Template)]
#[template(path = "help_page.html")]
pub(crate) struct HelpPage {
    pub(crate) frame: Frame,
    pub(crate) topic: &'static Topic,
}

/// Help with one page.
#[derive(Debug)]
pub(crate) struct Topic {
    /// The last part of its address.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) sentences: &'static [&'static str],
    /// The fields of the page and what they mean.
    pub(crate) fields: &'static [(&'static str, &'static str)],
}

/// The topic of a name.
pub(crate) fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// `GET /keyboard`
pub(crate) async fn keyboard(visitor: Visitor) -> Response {
    let frame = visitor.frame("").titled("Keyboard shortcuts");
    rendered(&KeyboardPage { frame, keys: KEYS })
}

/// `GET /accessibility`
pub(crate) async fn accessibility(visitor: Visitor) -> Response {
    let frame = visitor.frame("").titled("Accessibility");
    rendered(&AccessibilityPage { frame })
}

/// `GET /privacy`
pub(crate) async fn privacy(visitor: Visitor) -> Response {
    let frame = visitor.frame("").titled("Privacy");
    rendered(&PrivacyPage { frame })
}

/// `GET /help/pages/{topic}`
pub(crate) async fn help(visitor: Visitor, Path(name): Path<String>) -> Answer {
    let Some(topic) = topic(&name) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let frame = visitor.frame("").titled(&format!("Help: {}", topic.title));
    Ok(rendered(&HelpPage { frame, topic }))
}

/// Whether the preferences were just saved.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Saved {
    #[serde(default)]
    saved: String,
}

/// `GET /preferences`
pub(crate) async fn preferences(visitor: Visitor, Query(saved): Query<Saved>) -> Answer {
    visitor.session()?;
    let notice = (saved.saved == "yes")
        .then(|| Notice { kind: "success", text: "Your preferences are saved.".to_owned() });
    let frame =
        visitor.frame("").titled("Preferences").noticed(notice).helped_by("account").below("Today", "/");
    Ok(rendered(&PreferencesPage { frame, csrf: visitor.csrf() }))
}

/// The preferences.
#[derive(Debug, Deserialize)]
pub(crate) struct Preferences {
    #[serde(default)]
    density: String,
    #[serde(default)]
    shortcuts: String,
}

/// `POST /preferences`
pub(crate) async fn save_preferences(Filled { visitor, form }: Filled<Preferences>) -> Answer {
    visitor.session()?;
    let density = if form.density == "compact" { "compact" } else { "comfortable" };
    let shortcuts = if form.shortcuts == "on" { "shortcuts" } else { "noshortcuts" };
    let cookie =
        Cookie::Display.set(&format!("{density}.{shortcuts}"), visitor.app.config.is_reached_by_https());
    let mut response = redirect("/preferences?saved=yes");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

const TOPICS: &[Topic] = &[
    Topic {
        name: "inventory",
        title: "Vaccine on hand",
        sentences: &[
            "What is left of a lot is the sum of its ledger. Nothing in it is changed: a mistake is mended by one more entry.",
            "Doses that your site gives come out by their lot number, from forms and from messages if that is agreed with the sender. A dose that is corrected or removed comes back.",
            "What does not come out is listed with its reason. Correct the dose, and it comes out.",
        ],
        fields: &[],
    },
    Topic {
        name: "printing",
        title: "Printing",
        sentences: &[
            "Whoever may see a patient prints: the official record, the school form, what the clinic gave. Say what it is for; that stands among the patient’s disclosures.",
            "Every document carries a code. Whoever holds it types the code on the page Confirm a document, and sees whether we issued it, and whether it may be out of date.",
            "A document that is not to be believed any more is revoked in the list below the form, by who printed it or by whom settles duplicates.",
        ],
        fields: &[
            ("Lot numbers", "Stand on the official record only when you ask for them."),
            ("What it is for", "Kept with who printed and when. Something else wants a few words."),
            ("Forms to fill in by hand", "About nobody: they carry no code and leave no entry."),
        ],
    },
    Topic {
        name: "status",
        title: "Active or inactive",
        sentences: &[
            "A person is active or inactive at each clinic, and in the state. The two do not depend on each other; only death counts for all.",
            "Who is inactive is found and shared as before, and the record says at which level and why.",
            "A dose given later makes active again whom the clinic, or the rule about long silence, had thought gone.",
        ],
        fields: &[
            ("Lost to follow-up", "Wants three attempts to reach the person, or mail that came back."),
            ("Lives outside the state", "Wants a note where to, or the new address first."),
            (
                "Medical home",
                "The clinic that gave the latest dose, of those that take patients as their own.",
            ),
        ],
    },
    Topic {
        name: "desk",
        title: "Recording at the desk",
        sentences: &[
            "What you record is kept with your name and your site as its source. What others reported is never overwritten, and stays to be seen.",
            "An error has to be mended before anything is saved. A warning is shown once; you may save all the same.",
            "A form that is sent twice is saved once. What your organization reported can be corrected or removed later, from the history.",
        ],
        fields: &[
            (
                "Date",
                "03/02/2026, 030226, t for today, t-3 for three days ago. Where the day is unknown: 03/??/2026.",
            ),
            ("⚑", "A dose of this vaccine is on record with a date a few days away: perhaps the same dose."),
            ("=", "On record already: it is not saved again."),
        ],
    },
    Topic {
        name: "duplicates",
        title: "Possible duplicates",
        sentences: &[
            "A report that may be about a known person is stored under a record of its own until somebody decides.",
            "Compare the two records, then answer. Twins and siblings are two persons, however much agrees.",
            "Two persons are never proposed to be one again. Every answer can be taken back, at any time.",
            "Where sources say different things, the registry believes one by its rules. For one person you may choose which value is kept: with the answer, or later from the page Demographics.",
        ],
        fields: &[],
    },
    Topic {
        name: "messages",
        title: "Messages",
        sentences: &[
            "Every message is kept as it came, with the answer it got. Narrow the list by sender, day, answer, finding code or control ID.",
            "On a message's page each finding is marked on the characters that it is about. The name of a field shows when you point at it, and in the list of fields below each segment.",
            "A received message is never changed. What is about a record that must not be shared with you is not shown.",
        ],
        fields: &[],
    },
    Topic {
        name: "replays",
        title: "Replays",
        sentences: &[
            "A replay reads stored messages once more by the rules, tables and agreements of today, each as of the day on which it came.",
            "Nothing changes. What would be answered, found or stored otherwise is counted and listed; the page of a message shows it as it was.",
            "It goes on in the background, page by page, also after a restart.",
        ],
        fields: &[],
    },
    Topic {
        name: "senders",
        title: "Senders",
        sentences: &[
            "A sender is a connection with a credential of its own. Its page says what is agreed with it: sites, rights, pace, severities, codes of its own.",
            "A sender under test is answered like any other, and changes nothing of the registry. Take the tick away when it goes into production.",
            "A code of the sender's own is read as the standard code that is agreed. The message is kept as it came; its page shows where a code was translated.",
        ],
        fields: &[],
    },
    Topic {
        name: "withdrawals",
        title: "Withdrawals",
        sentences: &[
            "When a sender sent what it should not have, withdraw all that it sent between two moments: a rehearsal says what that is about before anything changes.",
            "Withdrawn doses no longer count. A dose that another sender, or a later message, also reports stays.",
            "Taking a withdrawal back restores what was there, together with what has come since.",
        ],
        fields: &[],
    },
    Topic {
        name: "access",
        title: "Asking for an account",
        sentences: &[
            "Anybody can ask for an account. The request is saved as a draft until what is required is there: training, the staff list, the site’s enrollment.",
            "The page of the request says where it stands, how many were received before it, and for whom it waits.",
            "A request that is returned for correction keeps its place.",
        ],
        fields: &[],
    },
    Topic {
        name: "requests",
        title: "Requests for accounts",
        sentences: &[
            "Requests are read in the order received: Next request opens the oldest. To take another one, say why.",
            "The clock counts business days from receipt and stands while a request is returned: amber after one, red after two.",
            "Ask the site administrator when every check is passed. Nothing is made before the administrator approves.",
        ],
        fields: &[],
    },
    Topic {
        name: "enroll",
        title: "Enrolling a site",
        sentences: &[
            "An enrollment is complete when the letter of agreement and the site administrator form are both signed.",
            "Sign on the page, or send a scan of the signed paper: staff verify it.",
            "The signed papers stay here as PDF. Each carries a code, and the page Confirm a document says that it was signed here.",
        ],
        fields: &[],
    },
    Topic {
        name: "enrollments",
        title: "Reviewing enrollments",
        sentences: &[
            "Enrollments come here when both documents are signed, or when a scan waits for you, in the order received.",
            "Approving makes the site under the code that messages name it by.",
            "What you write when you send back, deny or suspend is read by the site.",
        ],
        fields: &[],
    },
    Topic {
        name: "training",
        title: "Training",
        sentences: &[
            "Pick who you are to see which courses you need. Everybody takes the General User Course.",
            "A training record is made with your name and e-mail address alone. It is not your registry log-in.",
            "Questions about training go to the Help Desk.",
        ],
        fields: &[],
    },
    Topic {
        name: "tickets",
        title: "Tickets",
        sentences: &[
            "A ticket is a question to the Help Desk with its conversation.",
            "Do not write about a patient by name. Mail about a ticket never repeats what it says.",
            "A ticket that was resolved can be opened again for 14 days by answering.",
        ],
        fields: &[],
    },
    Topic {
        name: "staff",
        title: "Staff list",
        sentences: &[
            "Who works at the site stands on its staff list. Somebody on the list can ask for Clinic Access.",
            "A site has exactly one primary vaccine coordinator, and at least one backup.",
            "Taking somebody off the list ends that person’s access at this site at once.",
            "A wrong name or address is corrected here; once the person has an account, the Help Desk corrects it.",
        ],
        fields: &[],
    },
    Topic {
        name: "accounts",
        title: "Accounts of an organization",
        sentences: &[
            "The site administrator says twice a year which users are still there. Who is not confirmed in time goes inactive.",
            "The last site administrator cannot be ended before there is another.",
            "Nothing here shows patient data.",
        ],
        fields: &[],
    },
    Topic {
        name: "news",
        title: "News",
        sentences: &[
            "News stands on the first page of everybody, or of the people of one role.",
            "It goes by itself after its last day, or when you take it down.",
        ],
        fields: &[],
    },
    Topic {
        name: "mail",
        title: "Mail",
        sentences: &[
            "What became of the letters that the registry wrote: waiting, sent, or given up with the reason.",
            "A letter that the mail server cannot take now is tried again for about four days, in growing pauses.",
            "Letters hold no patient data. A letter that was given up can be sent again here.",
        ],
        fields: &[],
    },
    Topic {
        name: "today",
        title: "Today",
        sentences: &[
            "The start of your work: find a patient, and see what waits for you.",
            "The search at the top of every page does the same as the form here.",
        ],
        fields: &[],
    },
    Topic {
        name: "search",
        title: "Find a patient",
        sentences: &[
            "Give the last name, the first name or its initial, and the birth date. Or give a registry ID or a record number alone.",
            "Results say how your search was understood. Open a row with Enter, or with its number.",
            "Lists of more than 25 people are not shown: give more.",
        ],
        fields: &[
            ("Birth date", "Month, day, year: 02/11/2024, 2/11/24, 02112024 or 2024-02-11."),
            ("Registry ID", "Ten digits, printed on records and in messages."),
            ("Record number", "The number of the patient at a clinic that reports."),
            (
                "Same birth date",
                "Twins, or one person twice: compare first names and addresses before you open.",
            ),
        ],
    },
    Topic {
        name: "record",
        title: "A patient’s record",
        sentences: &[
            "What is needed today stands first: overdue, then due, then what must not be given. Why? shows the reason.",
            "Doses stand in rows by vaccine group, each row by date. A combination vaccine stands in several rows.",
            "Every dose is listed as it was reported and judged by the schedule in force. Doses that nobody reported are missing.",
        ],
        fields: &[
            ("Overdue", "The dose is late."),
            ("Due now", "The dose is recommended from a day that has come."),
            ("Due later", "The dose is recommended from a later day."),
            ("Can be given already", "The dose would count today; it is recommended from a later day."),
            ("Not valid", "The dose does not count and has to be repeated."),
            ("Extra", "The dose was not needed and need not be repeated."),
            (
                "Not known this season",
                "The season of the schedule in force is past: follow this season’s guidance. The same for a dose that is not judged.",
            ),
            ("Shared decision", "Recommended after talking it over with the patient, not for everybody."),
            ("H", "Historical: the reporter knows of the dose, but did not give it."),
            ("c", "Part of a combination vaccine."),
            ("Who reported", "Each organization with its record number and its latest report."),
            ("Disclosures", "Everybody who looked at this record or changed it."),
        ],
    },
    Topic {
        name: "recommendation",
        title: "Why, and what if",
        sentences: &[
            "Why? lists every comparison behind an answer: what was needed, what was given, and the rule of CDC’s Logic Specification.",
            "What if gives the answer for another day, or with doses that are only planned. Nothing of it is stored.",
            "The answer names the engine, the release of the schedule and the state’s overlays that made it.",
        ],
        fields: &[
            ("Earliest", "A dose can count from this day on."),
            ("Recommended", "The dose is due from this day on."),
            ("Overdue from", "The dose is late from this day on."),
            ("Latest", "The last day on which the dose is given."),
            (
                "Step",
                "A place in a series. Steps are left out for many people, so step 2 may be somebody’s first dose.",
            ),
            ("Grace period", "A dose a few days early can count, where the schedule allows it."),
        ],
    },
    Topic {
        name: "account",
        title: "Your account",
        sentences: &[
            "A password has at least 15 characters; a sentence of several words is easy to remember.",
            "You are signed out when you do nothing for a while. A dialog warns you two minutes before.",
            "Nobody at the Help Desk needs your password or can see it.",
            "Messages go to one e-mail address. Another one counts once you opened the link that is mailed there.",
        ],
        fields: &[],
    },
];

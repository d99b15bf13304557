//! What stands around the content of every page: banner, header with search and navigation, notice, foot.

use std::borrow::Cow;
use std::sync::Arc;

/// What pages say about this registry; one for the process.
#[derive(Debug, Clone)]
pub(crate) struct SiteText {
    /// What the registry is called: `Calder IIS`.
    pub(crate) name: String,
    /// Who runs it: `State of Calder`.
    pub(crate) jurisdiction: String,
    /// Where people call for help; empty when there is no number.
    pub(crate) help_phone: String,
    /// `OpenIIS 0.1.0`
    pub(crate) version: String,
    /// `DEMO`, `TRAINING`: every page says that its people are invented. Empty in production.
    pub(crate) environment: String,
    /// Maintenance: every page says that nothing is stored.
    pub(crate) is_read_only: bool,
}

/// Everything around the content of one page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The page's part of the title. It never carries a person's name.
    pub(crate) title: String,
    /// The heading, where the template does not write its own; also the last crumb.
    pub(crate) heading: String,
    pub(crate) site: Arc<SiteText>,
    pub(crate) signed_in: Option<SignedInView>,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) notice: Option<Notice>,
    /// The help topic of the page: `/help/pages/{help}`.
    pub(crate) help: &'static str,
    pub(crate) is_compact: bool,
    pub(crate) has_shortcuts: bool,
    /// For the foot of a print.
    pub(crate) printed_at: String,
}

impl Frame {
    /// The same page under this title; the heading is the same words.
    #[must_use]
    pub(crate) fn titled(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        title.clone_into(&mut self.heading);
        self
    }

    /// The same page with something to be mended first: its title says so, its heading and its crumb stay.
    #[must_use]
    pub(crate) fn in_error(mut self) -> Self {
        self.title.insert_str(0, "Error: ");
        self
    }

    /// The same page with this notice on top.
    #[must_use]
    pub(crate) fn noticed(mut self, notice: Option<Notice>) -> Self {
        self.notice = notice;
        self
    }

    /// The same page below this other one.
    #[must_use]
    pub(crate) fn below(mut self, label: &str, href: &str) -> Self {
        self.crumbs.push(Crumb { label: label.to_owned(), href: href.to_owned() });
        self
    }

    /// The same page with this help topic.
    #[must_use]
    pub(crate) fn helped_by(mut self, topic: &'static str) -> Self {
        self.help = topic;
        self
    }
}

/// Who is signed in, as the frame shows it.
#[derive(Debug, Clone)]
pub(crate) struct SignedInView {
    pub(crate) name: String,
    /// The titles of the roles, joined by commas.
    pub(crate) roles: String,
    /// The site for which this person acts; empty when no role is bound to one.
    pub(crate) acting_at: String,
    /// The sites of this person that are closed: every page says so.
    pub(crate) closed: Vec<String>,
    pub(crate) csrf: String,
    pub(crate) may_search: bool,
    pub(crate) navigation: Vec<NavigationItem>,
    /// Seconds until the session ends if nothing is done.
    pub(crate) seconds: i64,
    /// After how many seconds the page leaves by itself where there is no script. Later where somebody may be typing: what is
    /// sent meanwhile is kept, and given back after sign-in.
    pub(crate) leaves_after: i64,
    /// The page as a value of an address, to come back to.
    pub(crate) here: String,
    /// `2:45 PM`: when the session ends if nothing is done.
    pub(crate) ends_at: String,
    /// The zone of times on the page, as browsers name it.
    pub(crate) zone: String,
}

/// An item of the main navigation.
#[derive(Debug, Clone)]
pub(crate) struct NavigationItem {
    pub(crate) label: &'static str,
    pub(crate) href: &'static str,
    pub(crate) is_current: bool,
}

/// A page above this one.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// What happened, said at the top of the next page.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// `success`, `info`, `warning` or `error`.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// Something about a form that has to be mended first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The field, by its id; empty when it is about the whole form.
    pub(crate) field: Cow<'static, str>,
    pub(crate) text: String,
}

impl Problem {
    /// A problem of one field.
    pub(crate) fn of(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// A label and its value, as a description list prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
}

impl Fact {
    /// A fact, unless there is no value.
    pub(crate) fn some(label: &str, value: impl Into<String>) -> Option<Self> {
        let value = value.into();
        (!value.is_empty()).then(|| Self { label: label.to_owned(), value })
    }
}
